package dev.bactrian.provider;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A provider's pool.
 *
 * @param members at least one
 * @param sticky whether a conversation stays at one member, null for the gateway's setting
 * @param waitMillis how long a call waits for room, null for the gateway's setting
 * @param queue how many calls may wait, null for the gateway's setting
 */
public record PoolSettings(
    List<MemberSettings> members,
    @Nullable Boolean sticky,
    @Nullable Long waitMillis,
    @Nullable Integer queue) {
  /** A pool that goes by the gateway's settings. */
  public static PoolSettings of(List<MemberSettings> members) {
    return new PoolSettings(members, null, null, null);
  }

  /** Whether a member of that name is in it. */
  public boolean has(String name) {
    for (MemberSettings member : members) {
      if (member.name().equals(name)) {
        return true;
      }
    }
    return false;
  }
}
