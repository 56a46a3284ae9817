package dev.bactrian.kit;

/** JSON as providers send it. */
public final class Chunks {
  /** The data of the event that ends a stream. */
  public static final String DONE = "[DONE]";

  private Chunks() {}

  /** The first chunk of a stream, which says who speaks and nothing else. */
  public static String role() {
    return chunk("{\"role\":\"assistant\",\"content\":\"\"}", "null");
  }

  /** A chunk with text. */
  public static String content(String text) {
    return chunk("{\"content\":\"" + text + "\"}", "null");
  }

  /** The chunk that says why the model stopped. */
  public static String finish(String reason) {
    return chunk("{}", "\"" + reason + "\"");
  }

  /** The chunk that says what was used. */
  public static String usage() {
    return "{\"id\":\"c-1\",\"object\":\"chat.completion.chunk\",\"created\":1750000000,"
        + "\"model\":\"m-1\",\"choices\":[],"
        + "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2,\"total_tokens\":5}}";
  }

  private static String chunk(String delta, String reason) {
    return "{\"id\":\"c-1\",\"object\":\"chat.completion.chunk\",\"created\":1750000000,"
        + "\"model\":\"m-1\",\"choices\":[{\"index\":0,\"delta\":"
        + delta
        + ",\"finish_reason\":"
        + reason
        + "}]}";
  }

  /** A whole answer. */
  public static String completion(String model, String text) {
    return "{\"id\":\"c-1\",\"object\":\"chat.completion\",\"created\":1750000000,\"model\":\""
        + model
        + "\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\""
        + text
        + "\"},\"finish_reason\":\"stop\"}],"
        + "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2,\"total_tokens\":5}}";
  }

  /** An error object. */
  public static String error(String message, String type, String code) {
    return "{\"error\":{\"message\":\"%s\",\"type\":\"%s\",\"param\":null,\"code\":\"%s\"}}"
        .formatted(message, type, code);
  }
}
