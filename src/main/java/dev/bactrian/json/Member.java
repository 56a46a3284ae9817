package dev.bactrian.json;

import com.fasterxml.jackson.core.JsonToken;

/**
 * One member of a JSON object and where it lies in the object's bytes.
 *
 * @param name the member's name
 * @param token the first token of its value
 * @param segmentStart offset after the comma or brace before it
 * @param valueStart offset of its value's first byte
 * @param valueEnd offset after its value's last byte
 */
public record Member(String name, JsonToken token, int segmentStart, int valueStart, int valueEnd) {
  /** Whether the value is {@code null}. */
  public boolean isNull() {
    return token == JsonToken.VALUE_NULL;
  }
}
