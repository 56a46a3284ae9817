package dev.bactrian.plan;

import dev.bactrian.error.UpstreamException;
import dev.bactrian.pool.Lease;
import org.jspecify.annotations.Nullable;

/**
 * One try at one target.
 *
 * @param target where it went
 * @param started when it began, on {@link System#nanoTime}'s clock
 * @param failure why it failed, null while it runs and when it succeeded
 * @param lease what it has of the provider's pool, null where there is none
 */
public record Attempt(
    Target target, long started, @Nullable UpstreamException failure, @Nullable Lease lease) {}
