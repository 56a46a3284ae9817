package dev.bactrian.json;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The top-level members of one JSON object, in their order, with their places in its bytes. */
public final class ObjectIndex {
  private final byte[] json;
  private final List<Member> members = new ArrayList<>(16);
  private final Map<String, Member> byName = new HashMap<>();
  private int next;

  /**
   * An index that is filled while a parser goes over the bytes.
   *
   * @param json the object's bytes
   * @param bodyStart offset after the opening brace
   */
  public ObjectIndex(byte[] json, int bodyStart) {
    this.json = json;
    this.next = bodyStart;
  }

  /**
   * Adds the member that comes next.
   *
   * @return false when the name was there already
   */
  public boolean add(
      String name, com.fasterxml.jackson.core.JsonToken token, int valueStart, int valueEnd) {
    Member member = new Member(name, token, next, valueStart, valueEnd);
    members.add(member);
    next = valueEnd;
    while (next < json.length && json[next] != ',' && json[next] != '}') {
      next++;
    }
    if (next < json.length && json[next] == ',') {
      next++;
    }
    return byName.put(name, member) == null;
  }

  /** The bytes. */
  public byte[] json() {
    return json;
  }

  /** The members in their order. */
  public List<Member> members() {
    return members;
  }

  /** The member of that name, null where there is none. */
  public @Nullable Member get(String name) {
    return byName.get(name);
  }

  /** Whether there is a member of that name and it is not {@code null}. */
  public boolean has(String name) {
    Member member = byName.get(name);
    return member != null && !member.isNull();
  }
}
