package dev.bactrian.json;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object written again with some top-level members changed, renamed, added or left out.
 * Every other byte, white space included, stays as it was.
 */
public final class Splice {
  private record Patch(int start, int end, byte[] bytes) {}

  private final ObjectIndex index;
  private final Map<String, @Nullable Patch> values = new HashMap<>();
  private final Map<String, String> names = new HashMap<>();
  private final List<Patch> patches = new ArrayList<>();
  private final Map<String, byte[]> added = new java.util.LinkedHashMap<>();

  /** A splice that changes nothing yet. */
  public Splice(ObjectIndex index) {
    this.index = index;
  }

  /** Gives a member another value, or adds it. */
  public Splice set(String name, byte[] value) {
    Member member = index.get(name);
    if (member == null) {
      added.put(name, value);
    } else {
      values.put(name, new Patch(member.valueStart(), member.valueEnd(), value));
    }
    return this;
  }

  /** Leaves a member out. */
  public Splice remove(String name) {
    if (index.get(name) != null) {
      values.put(name, null);
    }
    added.remove(name);
    return this;
  }

  /** Whether a member is there and stays. */
  public boolean keeps(String name) {
    return index.has(name) && !(values.containsKey(name) && values.get(name) == null);
  }

  /** Gives a member another name. */
  public Splice rename(String name, String newName) {
    if (index.get(name) != null) {
      names.put(name, newName);
    }
    return this;
  }

  /** Replaces bytes inside a member's value; patches come in the order of their offsets. */
  public Splice patch(int start, int end, byte[] bytes) {
    patches.add(new Patch(start, end, bytes));
    return this;
  }

  /** The object as it is to be sent. */
  public byte[] toBytes() {
    byte[] json = index.json();
    if (values.isEmpty() && names.isEmpty() && patches.isEmpty() && added.isEmpty()) {
      return json;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(json.length + 256);
    List<Member> members = index.members();
    int bodyStart = members.isEmpty() ? closingBrace(json) : members.get(0).segmentStart();
    out.write(json, 0, bodyStart);
    boolean first = true;
    for (int i = 0; i < members.size(); i++) {
      Member member = members.get(i);
      Patch value = values.get(member.name());
      if (value == null && values.containsKey(member.name())) {
        continue;
      }
      if (!first) {
        out.write(',');
      }
      first = false;
      writeMember(out, json, member, value, segmentEnd(json, members, i));
    }
    for (Map.Entry<String, byte[]> member : added.entrySet()) {
      if (!first) {
        out.write(',');
      }
      first = false;
      out.writeBytes(Json.string(member.getKey()));
      out.write(':');
      out.writeBytes(member.getValue());
    }
    int tail = members.isEmpty() ? bodyStart : segmentEnd(json, members, members.size() - 1);
    out.write(json, tail, json.length - tail);
    return out.toByteArray();
  }

  private void writeMember(
      ByteArrayOutputStream out, byte[] json, Member member, @Nullable Patch value, int end) {
    int from = member.segmentStart();
    String newName = names.get(member.name());
    if (newName != null) {
      while (json[from] != '"') {
        out.write(json[from++]);
      }
      out.writeBytes(Json.string(newName));
      out.write(':');
      from = member.valueStart();
    }
    if (value != null) {
      out.write(json, from, value.start() - from);
      out.writeBytes(value.bytes());
      from = value.end();
    } else {
      for (Patch patch : patches) {
        if (patch.start() >= from && patch.end() <= member.valueEnd()) {
          out.write(json, from, patch.start() - from);
          out.writeBytes(patch.bytes());
          from = patch.end();
        }
      }
    }
    out.write(json, from, end - from);
  }

  private static int segmentEnd(byte[] json, List<Member> members, int i) {
    return i + 1 < members.size() ? members.get(i + 1).segmentStart() - 1 : closingBrace(json);
  }

  private static int closingBrace(byte[] json) {
    int end = json.length - 1;
    while (json[end] != '}') {
      end--;
    }
    return end;
  }
}
