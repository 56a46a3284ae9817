package dev.bactrian.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a call goes, and why.
 *
 * @param targets in the order in which they are tried
 * @param left what could have been a target but is not
 * @param task the task that {@code auto} was taken for, null where it was not asked
 */
public record Plan(List<Target> targets, List<Left> left, @Nullable String task) {
  /**
   * A model that was left out.
   *
   * @param model its id
   * @param reason why
   */
  public record Left(String model, String reason) {}
}
