package dev.bactrian.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.json.Json;
import java.util.Map;
import java.util.function.Function;

/**
 * One operation of the administration.
 *
 * @param method the HTTP method
 * @param path the path, with {@code {id}} for what it is about
 * @param work what it does
 */
record Operation(String method, String path, Function<Request, Answer> work) {
  private static final String ID = "{id}";

  /**
   * A request.
   *
   * @param query the parameters of the query
   * @param body its JSON, an empty object where there is none
   */
  record Request(String method, String path, Map<String, String> query, JsonNode body) {
    /** What the path is about. */
    String id() {
      return path.split("/", -1)[4];
    }
  }

  /** An answer: JSON, or else the text of another type. */
  record Answer(int status, String type, byte[] body) {
    Answer(int status, JsonNode json) {
      this(status, "application/json", bytes(json));
    }

    private static byte[] bytes(JsonNode json) {
      try {
        return Json.MAPPER.writeValueAsBytes(json);
      } catch (JsonProcessingException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Whether it is for a path. */
  boolean isAt(String other) {
    String[] mine = path.split("/", -1);
    String[] theirs = other.split("/", -1);
    if (mine.length != theirs.length) {
      return false;
    }
    for (int i = 0; i < mine.length; i++) {
      if (!mine[i].equals(theirs[i]) && (!mine[i].equals(ID) || theirs[i].isEmpty())) {
        return false;
      }
    }
    return true;
  }
}
