package dev.bactrian.dialect;

import java.util.ArrayList;
import java.util.List;

/**
 * The range that some models take for one member of the request.
 *
 * @param member the member's name
 * @param range the closed range
 * @param scope the requests and models that it is for
 */
record Bound(String member, Range range, Rule scope) {
  /** Reads {@code "0..1@old-*,0..2"}; the first that fits a request holds. */
  static List<Bound> list(String member, Options options, String quirk) {
    List<Bound> bounds = new ArrayList<>();
    for (Rule rule : options.rules(quirk)) {
      Range range = Range.parse(rule.name());
      if (range != null) {
        bounds.add(new Bound(member, range, rule));
      }
    }
    return bounds;
  }
}
