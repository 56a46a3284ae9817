package dev.bactrian.error;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.bactrian.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** OpenAI's error object as JSON: {@code {"error":{"message","type","param","code"}}}. */
public final class ErrorBody {
  private static final byte[] EVENT = "data: ".getBytes(StandardCharsets.UTF_8);

  private ErrorBody() {}

  /** The body of an error answer. */
  public static byte[] of(ApiException error) {
    return of(error.reason(), error.type(), error.param(), error.code());
  }

  /** The last event of a stream that broke. */
  public static byte[] event(UpstreamException failure) {
    byte[] json = of(ApiException.of(failure));
    byte[] event = Arrays.copyOf(EVENT, EVENT.length + json.length + 2);
    System.arraycopy(json, 0, event, EVENT.length, json.length);
    Arrays.fill(event, EVENT.length + json.length, event.length, (byte) '\n');
    return event;
  }

  /** The error object from its members, UTF-8. */
  public static byte[] of(
      String message, String type, @Nullable String param, @Nullable String code) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    try (JsonGenerator json = Json.FACTORY.createGenerator(out)) {
      json.writeStartObject();
      json.writeObjectFieldStart("error");
      json.writeStringField("message", message);
      json.writeStringField("type", type);
      json.writeStringField("param", param);
      json.writeStringField("code", code);
      json.writeEndObject();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
