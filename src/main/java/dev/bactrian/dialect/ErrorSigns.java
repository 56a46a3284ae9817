package dev.bactrian.dialect;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/**
 * Finds out in passing whether an answer of status 200 is an error: providers say so in many ways.
 */
final class ErrorSigns {
  private boolean certain;
  private boolean withoutChoices;

  /** Looks at a top-level member; the parser stands on its value. */
  void member(String name, JsonToken token, JsonParser json) throws IOException {
    switch (name) {
      case "error" -> certain |= token != JsonToken.VALUE_NULL;
      case "error_code" -> certain |= isCode(token, json);
      case "base_resp" -> certain |= hasCode("status_code", token, json);
      case "status" -> withoutChoices |= hasCode("code", token, json);
      case "code" -> withoutChoices |= isCode(token, json);
      default -> {}
    }
  }

  /** Whether it is an error, now that all members have been seen. */
  boolean isError(int choices) {
    return certain || (withoutChoices && choices == 0);
  }

  private static boolean hasCode(String name, JsonToken token, JsonParser json) throws IOException {
    boolean found = false;
    if (token == JsonToken.START_OBJECT) {
      String member;
      while ((member = json.nextFieldName()) != null) {
        JsonToken value = json.nextToken();
        found |= member.equals(name) && isCode(value, json);
        json.skipChildren();
      }
    }
    return found;
  }

  private static boolean isCode(JsonToken token, JsonParser json) throws IOException {
    return switch (token) {
      case VALUE_NUMBER_INT, VALUE_STRING -> {
        String code = json.getText();
        yield !code.isEmpty() && !code.equals("0") && !code.equals("200");
      }
      default -> false;
    };
  }
}
