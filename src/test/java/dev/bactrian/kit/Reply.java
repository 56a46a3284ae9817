package dev.bactrian.kit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpHeaders;
import java.util.List;

/**
 * What a client got.
 *
 * @param whole whether the answer came to its end, false when its connection broke
 */
public record Reply(int status, HttpHeaders headers, String body, boolean whole) {
  /** A header, empty when it was not sent. */
  public String header(String name) {
    return headers.firstValue(name).orElse("");
  }

  /** The body as JSON. */
  public JsonNode json() {
    return json(body);
  }

  /** The error object of the body. */
  public JsonNode error() {
    return json().path("error");
  }

  /** The text of a whole answer. */
  public String text() {
    return json().at("/choices/0/message/content").asText();
  }

  /** The data of the body's events. */
  public List<String> events() {
    return body.lines().filter(l -> l.startsWith("data: ")).map(l -> l.substring(6)).toList();
  }

  /** A JSON object, read by paths of members. */
  public record Tree(JsonNode node) {
    /** A text, empty when it is not there. */
    public String text(String... path) {
      return at(path).asText("");
    }

    /** A number, 0 when it is not there. */
    public int number(String... path) {
      return at(path).asInt();
    }

    private JsonNode at(String... path) {
      JsonNode at = node;
      for (String member : path) {
        at = at.path(member);
      }
      return at;
    }

    @Override
    public String toString() {
      return node.toString();
    }
  }

  /** JSON from text. */
  public static JsonNode json(String text) {
    try {
      return Json.MAPPER.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(text, e);
    }
  }
}
