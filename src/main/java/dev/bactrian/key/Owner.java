package dev.bactrian.key;

/**
 * Whom keys belong to: a team, a customer.
 *
 * @param id what names the owner in accounts
 * @param name as people call it
 * @param disabled whether none of its keys is valid
 * @param rules what may be done with all its keys together
 */
public record Owner(String id, String name, boolean disabled, Rules rules) {}
