package dev.bactrian.limit;

import dev.bactrian.key.Bound;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What calls of this node have reserved in Redis, by subject; for when it has to be told again. */
final class OpenCalls {
  private final Map<String, long[]> bySubject = new HashMap<>();

  void add(List<Bound> bounds, Estimate estimate) {
    for (Bound bound : bounds) {
      long[] sum = bySubject.computeIfAbsent(bound.subject(), none -> new long[3]);
      sum[0]++;
      sum[1] += estimate.nanos();
      sum[2] += estimate.tokens();
    }
  }

  void remove(List<Bound> bounds, Estimate estimate) {
    for (Bound bound : bounds) {
      long[] sum = bySubject.get(bound.subject());
      if (sum != null && --sum[0] > 0) {
        sum[1] -= estimate.nanos();
        sum[2] -= estimate.tokens();
      } else {
        bySubject.remove(bound.subject());
      }
    }
  }

  /** Calls, nanos and tokens by subject, as the scripts have them. */
  Map<String, String> all() {
    Map<String, String> all = new HashMap<>();
    bySubject.forEach((subject, sum) -> all.put(subject, sum[0] + " " + sum[1] + " " + sum[2]));
    return all;
  }
}
