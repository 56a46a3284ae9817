package dev.bactrian.dialect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.bactrian.json.Json;
import dev.bactrian.json.Member;
import dev.bactrian.json.ObjectIndex;
import dev.bactrian.json.Splice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The members of a request that have to be looked into: parsed when someone asks, and written anew
 * only when something was changed.
 */
final class MemberTrees {
  private static final ObjectReader READER =
      Json.MAPPER.readerFor(JsonNode.class).with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private final ObjectIndex index;
  private final Map<String, JsonNode> trees = new HashMap<>();
  private final Set<String> changed = new HashSet<>();

  MemberTrees(ObjectIndex index) {
    this.index = index;
  }

  /** A member's value, missing where it is not there or null; see {@link #changed}. */
  JsonNode get(String name) {
    return trees.computeIfAbsent(name, this::parse);
  }

  private JsonNode parse(String name) {
    Member member = index.get(name);
    if (member == null || member.isNull()) {
      return MissingNode.getInstance();
    }
    try {
      int length = member.valueEnd() - member.valueStart();
      return READER.readTree(index.json(), member.valueStart(), length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether those characters are somewhere in a member, which is found out without parsing. */
  boolean mentions(String name, String text) {
    Member member = index.get(name);
    if (member == null) {
      return false;
    }
    byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
    byte[] json = index.json();
    int at = 0;
    for (int i = member.valueStart(); i < member.valueEnd(); i++) {
      at = json[i] == wanted[at] ? at + 1 : json[i] == wanted[0] ? 1 : 0;
      if (at == wanted.length) {
        return true;
      }
    }
    return false;
  }

  /** Notes that a tree is not as it came. */
  void changed(String name) {
    changed.add(name);
  }

  /** Whether a tree is not as it came. */
  boolean isChanged(String name) {
    return changed.contains(name);
  }

  /** Puts the trees that were changed in the place of what came. */
  void writeTo(Splice splice) {
    for (String name : changed) {
      if (splice.keeps(name)) {
        try {
          splice.set(name, Json.MAPPER.writeValueAsBytes(get(name)));
        } catch (JsonProcessingException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }
}
