package dev.bactrian.dialect;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.bactrian.chat.TokenMeter;
import dev.bactrian.chat.Usage;
import dev.bactrian.json.Json;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What one chunk says, found in one pass without building it. */
final class OpenAiChunk {
  private final TokenMeter meter;
  boolean object;
  boolean error;
  boolean content;
  boolean role;
  boolean toolCalls;
  boolean usageMember;
  int choices;
  int choiceIndex;
  int identity;
  boolean irregular;

  /** Where the last text begins after its quote, and where its closing quote is. */
  int textStart;

  int textEnd;
  private int texts;
  @Nullable Usage usage;
  @Nullable String finishReason;

  private OpenAiChunk(TokenMeter meter) {
    this.meter = meter;
  }

  /**
   * Reads a chunk.
   *
   * @param meter counts the text in it
   * @throws IOException when it is not JSON
   */
  static OpenAiChunk read(byte[] bytes, int offset, int length, TokenMeter meter)
      throws IOException {
    OpenAiChunk chunk = new OpenAiChunk(meter);
    try (JsonParser json = Json.FACTORY.createParser(bytes, offset, length)) {
      chunk.object = json.nextToken() == JsonToken.START_OBJECT;
      if (chunk.object) {
        chunk.members(json);
      }
    }
    return chunk;
  }

  private void members(JsonParser json) throws IOException {
    ErrorSigns signs = new ErrorSigns();
    String name;
    while ((name = json.nextFieldName()) != null) {
      JsonToken token = json.nextToken();
      switch (name) {
        case "id", "object", "model" -> identity += token == JsonToken.VALUE_STRING ? 1 : 0;
        case "created" -> identity += token == JsonToken.VALUE_NUMBER_INT ? 1 : 0;
        case "error", "error_code", "base_resp", "code", "status" -> {
          irregular |= name.equals("error");
          signs.member(name, token, json);
        }
        case "usage" -> {
          if (token == JsonToken.START_OBJECT) {
            usageMember = true;
            usage = Usage.read(json);
          }
        }
        case "x_groq" -> {
          if (token == JsonToken.START_OBJECT) {
            groq(json, signs);
          }
        }
        case "choices" -> {
          if (token == JsonToken.START_ARRAY) {
            while (json.nextToken() != JsonToken.END_ARRAY) {
              choice(json);
            }
          }
        }
        default -> irregular |= FinishReason.isFiltered(name, token == JsonToken.VALUE_TRUE);
      }
      json.skipChildren();
    }
    error = signs.isError(choices);
  }

  /** Groq has the usage, and an error, in a member of its own. */
  private void groq(JsonParser json, ErrorSigns signs) throws IOException {
    String name;
    while ((name = json.nextFieldName()) != null) {
      JsonToken token = json.nextToken();
      if (name.equals("usage") && token == JsonToken.START_OBJECT) {
        usageMember = true;
        usage = Usage.read(json);
      } else if (name.equals("error")) {
        signs.member(name, token, json);
      }
      json.skipChildren();
    }
  }

  private void choice(JsonParser json) throws IOException {
    choices++;
    if (json.currentToken() != JsonToken.START_OBJECT) {
      irregular = true;
      json.skipChildren();
      return;
    }
    boolean index = false;
    boolean delta = false;
    String name;
    while ((name = json.nextFieldName()) != null) {
      JsonToken token = json.nextToken();
      switch (name) {
        case "index" -> {
          index = token == JsonToken.VALUE_NUMBER_INT;
          choiceIndex = index ? json.getIntValue() : 0;
        }
        case "delta" -> {
          if (token == JsonToken.START_OBJECT) {
            delta = true;
            delta(json);
          }
        }
        case "finish_reason" -> {
          if (token == JsonToken.VALUE_STRING) {
            finishReason = json.getText();
            irregular |= !FinishReason.isStandard(finishReason);
          }
        }
        case "usage" -> {
          if (token == JsonToken.START_OBJECT) {
            usage = Usage.read(json);
            irregular = true;
          }
        }
        case "message" -> {
          irregular = true;
          if (token == JsonToken.START_OBJECT) {
            meter.addAnswer(json);
          }
        }
        case "error" -> irregular = true;
        default -> {}
      }
      json.skipChildren();
    }
    irregular |= !index || !delta;
  }

  private void delta(JsonParser json) throws IOException {
    String name;
    while ((name = json.nextFieldName()) != null) {
      JsonToken token = json.nextToken();
      switch (name) {
        case "role" -> role = true;
        case "content", "reasoning_content", "reasoning", "refusal" -> {
          if (token == JsonToken.VALUE_STRING) {
            irregular |= name.equals("reasoning");
            content |= json.getTextLength() > 0;
            count(json);
          } else if (token == JsonToken.START_ARRAY) {
            content = true;
            irregular = true;
            meter.addAnswer(json);
          }
        }
        case "tool_calls" -> {
          if (token == JsonToken.START_ARRAY) {
            toolCalls = true;
            content = true;
            meter.addAnswer(json);
          } else {
            irregular = true;
          }
        }
        case "function_call", "audio" -> content |= token == JsonToken.START_OBJECT;
        default -> {}
      }
      json.skipChildren();
    }
  }

  private void count(JsonParser json) throws IOException {
    meter.add(json.getTextCharacters(), json.getTextOffset(), json.getTextLength());
    if (json.getTextLength() > 0) {
      texts++;
      textStart = (int) json.currentTokenLocation().getByteOffset() + 1;
      textEnd = (int) json.currentLocation().getByteOffset() - 1;
    }
  }

  /** Whether it goes on with one text of one choice, and says nothing else that counts. */
  boolean isPlainText() {
    return texts == 1
        && choices == 1
        && !role
        && !toolCalls
        && !irregular
        && !usageMember
        && usage == null
        && finishReason == null;
  }
}
