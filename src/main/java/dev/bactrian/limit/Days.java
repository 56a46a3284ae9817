package dev.bactrian.limit;

import java.time.ZoneId;
import java.util.concurrent.ConcurrentHashMap;

/** Which day it is, by time zone; worked out once a day. */
final class Days {
  private final ConcurrentHashMap<ZoneId, Spent.Day> byZone = new ConcurrentHashMap<>();

  Spent.Day today(ZoneId zone) {
    long now = System.currentTimeMillis();
    Spent.Day day = byZone.get(zone);
    if (day == null || now >= day.end() || now < day.start()) {
      day = Spent.Day.of(now, zone);
      byZone.put(zone, day);
    }
    return day;
  }
}
