package dev.bactrian.plan;

import dev.bactrian.error.UpstreamException;
import org.jspecify.annotations.Nullable;

/**
 * One try at one target.
 *
 * @param target where it went
 * @param started when it began, on {@link System#nanoTime}'s clock
 * @param failure why it failed, null while it runs and when it succeeded
 */
public record Attempt(Target target, long started, @Nullable UpstreamException failure) {}
