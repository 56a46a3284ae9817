package dev.bactrian.key;

/**
 * A client's key, without its secret.
 *
 * @param id what names the key in logs and accounts
 * @param name for whom or what it was made
 */
public record ApiKey(String id, String name) {}
