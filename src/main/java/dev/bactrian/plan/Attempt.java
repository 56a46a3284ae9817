package dev.bactrian.plan;

import dev.bactrian.error.UpstreamException;
import org.jspecify.annotations.Nullable;

/**
 * One try at one target.
 *
 * @param target where it went
 * @param failure why it failed, null while it runs and when it succeeded
 */
public record Attempt(Target target, @Nullable UpstreamException failure) {}
