package dev.bactrian.limit;

import dev.bactrian.key.Budget;
import dev.bactrian.key.Limits;
import java.time.ZoneId;

/**
 * What binds a call: the limits and the budget of something that is counted.
 *
 * @param subject what is counted, for example {@code key:0123abcd}
 * @param what the same for people
 * @param limits how much at a time
 * @param budget how much in all
 * @param zone the time zone of the budget
 */
record Bound(String subject, String what, Limits limits, Budget budget, ZoneId zone) {}
