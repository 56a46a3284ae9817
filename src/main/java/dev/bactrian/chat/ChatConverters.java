package dev.bactrian.chat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.error.ApiException;
import dev.bactrian.error.ErrorBody;
import dev.bactrian.json.Json;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.apache.camel.spi.TypeConverterLoader;
import org.apache.camel.spi.TypeConverterRegistry;
import org.apache.camel.support.SimpleTypeConverter;

/**
 * Converts requests and replies from and to JSON as text, bytes, {@link Map} and {@link JsonNode},
 * and from files, so that any Camel step can read and change them.
 */
public final class ChatConverters implements TypeConverterLoader {
  private interface Conversion<F, T> {
    T convert(F from) throws IOException;
  }

  @Override
  public void load(TypeConverterRegistry registry) {
    out(registry, ChatRequest.class, ChatRequest::json);
    out(registry, ChatReply.Complete.class, ChatReply.Complete::json);
    out(
        registry,
        ChatReply.Refused.class,
        refused -> ErrorBody.of(ApiException.of(refused.failure())));
    in(registry, ChatRequest.class, ChatRequest::read);
    in(registry, ChatReply.class, json -> new ChatReply.Complete(json, null, List.of()));
  }

  private static <F> void out(
      TypeConverterRegistry registry, Class<F> from, Conversion<F, byte[]> json) {
    add(registry, byte[].class, from, json);
    add(registry, String.class, from, f -> new String(json.convert(f), StandardCharsets.UTF_8));
    add(registry, InputStream.class, from, f -> new ByteArrayInputStream(json.convert(f)));
    add(registry, Map.class, from, f -> Json.MAPPER.readValue(json.convert(f), Map.class));
    add(registry, JsonNode.class, from, f -> Json.MAPPER.readTree(json.convert(f)));
  }

  private static <T> void in(
      TypeConverterRegistry registry, Class<T> to, Conversion<byte[], T> read) {
    add(registry, to, byte[].class, read);
    add(registry, to, String.class, s -> read.convert(s.getBytes(StandardCharsets.UTF_8)));
    add(registry, to, InputStream.class, in -> read.convert(in.readAllBytes()));
    add(registry, to, File.class, file -> read.convert(Files.readAllBytes(file.toPath())));
    add(registry, to, Map.class, map -> read.convert(Json.MAPPER.writeValueAsBytes(map)));
    add(registry, to, JsonNode.class, node -> read.convert(Json.MAPPER.writeValueAsBytes(node)));
  }

  private static <F, T> void add(
      TypeConverterRegistry registry, Class<T> to, Class<F> from, Conversion<F, T> conversion) {
    registry.addTypeConverter(
        to,
        from,
        new SimpleTypeConverter(
            false, (type, exchange, value) -> conversion.convert(from.cast(value))));
  }
}
