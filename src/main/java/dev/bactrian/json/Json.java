package dev.bactrian.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;

/** The project's one JSON set-up: UTF-8 only, strings as long as a body may be. */
public final class Json {
  /** Parsers and generators. */
  public static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNestingDepth(500)
                  .build())
          // Buffers by thread, which is the default, are buffers by request on virtual threads.
          .recyclerPool(JsonRecyclerPools.newConcurrentDequePool())
          .build();

  /** Trees. */
  public static final ObjectMapper MAPPER = new ObjectMapper(FACTORY);

  private Json() {}

  /** A text as a JSON string with its quotes, UTF-8. */
  public static byte[] string(String text) {
    char[] escaped =
        com.fasterxml.jackson.core.io.JsonStringEncoder.getInstance().quoteAsString(text);
    return ('"' + new String(escaped) + '"').getBytes(StandardCharsets.UTF_8);
  }
}
