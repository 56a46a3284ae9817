package dev.bactrian.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What the demo provider says to a request.
 *
 * @param whole the answer as one chat completion
 * @param chunks the same answer as the data of stream events
 * @param length the answer's tokens
 */
record DemoAnswer(String whole, List<String> chunks, int length) {
  private static final Pattern TOKEN = Pattern.compile("\\s*\\S{1,6}");

  /** The answer to a request: a tool call when there are tools and no result of one yet. */
  static DemoAnswer to(JsonNode request) {
    JsonNode messages = request.path("messages");
    JsonNode last = messages.path(messages.size() - 1);
    String begun = "";
    if (last.path("role").asText().equals("assistant")) {
      begun = last.path("content").asText();
      last = messages.path(messages.size() - 2);
    }
    JsonNode tool = request.path("tools").path(0).path("function");
    boolean callsTool =
        tool.has("name")
            && !last.path("role").asText().equals("tool")
            && !request.path("tool_choice").asText().equals("none");
    int prompt = Math.max(1, messages.toString().length() / 4);
    String model = request.path("model").asText("chat");
    boolean usage = request.path("stream_options").path("include_usage").asBoolean();
    return callsTool
        ? calling(model, tool, prompt, usage)
        : saying(model, rest(text(request, last), begun), prompt, usage);
  }

  /** What is left to say of an answer that was begun. */
  private static String rest(String text, String begun) {
    return text.startsWith(begun) ? text.substring(begun.length()) : text;
  }

  private static String text(JsonNode request, JsonNode last) {
    if (request.path("response_format").path("type").asText().startsWith("json")) {
      return "{\"answer\":\"This is the demo provider of Bactrian.\"}";
    }
    String asked = last.path("content").asText("");
    String heard = asked.length() > 120 ? asked.substring(0, 120) + "…" : asked;
    return last.path("role").asText().equals("tool")
        ? "The tool says: " + heard
        : "Hello from Bactrian! You said: “"
            + heard
            + "” I am the built-in demo provider: I need no key and know nothing, but my answers"
            + " take the same road through the gateway as those of a real model.";
  }

  private static DemoAnswer saying(String model, String text, int prompt, boolean usage) {
    List<String> tokens = TOKEN.matcher(text).results().map(MatchResult::group).toList();
    ObjectNode whole = completion(model);
    ObjectNode choice = whole.putArray("choices").addObject().put("index", 0);
    choice.putObject("message").put("role", "assistant").put("content", text);
    choice.put("finish_reason", "stop");
    usage(whole, prompt, tokens.size());
    List<String> chunks = new ArrayList<>();
    chunks.add(first(model, null));
    tokens.forEach(token -> chunks.add(chunk(model, delta -> delta.put("content", token), null)));
    return new DemoAnswer(
        whole.toString(), end(chunks, model, "stop", prompt, tokens.size(), usage), tokens.size());
  }

  private static DemoAnswer calling(String model, JsonNode tool, int prompt, boolean usage) {
    String name = tool.path("name").asText();
    String arguments = arguments(tool.path("parameters").path("properties")).toString();
    ObjectNode whole = completion(model);
    ObjectNode choice = whole.putArray("choices").addObject().put("index", 0);
    ObjectNode message = choice.putObject("message").put("role", "assistant").putNull("content");
    ObjectNode call = message.putArray("tool_calls").addObject();
    call.put("id", "call_demo").put("type", "function");
    call.putObject("function").put("name", name).put("arguments", arguments);
    choice.put("finish_reason", "tool_calls");
    usage(whole, prompt, 12);
    List<String> chunks = new ArrayList<>();
    chunks.add(first(model, name));
    for (MatchResult part : TOKEN.matcher(arguments).results().toList()) {
      chunks.add(
          chunk(
              model,
              delta ->
                  delta
                      .putArray("tool_calls")
                      .addObject()
                      .put("index", 0)
                      .putObject("function")
                      .put("arguments", part.group()),
              null));
    }
    return new DemoAnswer(
        whole.toString(), end(chunks, model, "tool_calls", prompt, 12, usage), 12);
  }

  private static ObjectNode arguments(JsonNode properties) {
    ObjectNode arguments = Json.MAPPER.createObjectNode();
    properties
        .properties()
        .forEach(
            property -> {
              switch (property.getValue().path("type").asText()) {
                case "integer", "number" -> arguments.put(property.getKey(), 1);
                case "boolean" -> arguments.put(property.getKey(), true);
                default ->
                    arguments.put(
                        property.getKey(), property.getValue().path("enum").path(0).asText("demo"));
              }
            });
    return arguments;
  }

  private static ObjectNode completion(String model) {
    return Json.MAPPER
        .createObjectNode()
        .put("id", "chatcmpl-demo")
        .put("object", "chat.completion")
        .put("created", System.currentTimeMillis() / 1000)
        .put("model", model);
  }

  private static String first(String model, @org.jspecify.annotations.Nullable String tool) {
    return chunk(
        model,
        delta -> {
          delta.put("role", "assistant");
          if (tool == null) {
            delta.put("content", "");
          } else {
            ObjectNode call = delta.putNull("content").putArray("tool_calls").addObject();
            call.put("index", 0).put("id", "call_demo").put("type", "function");
            call.putObject("function").put("name", tool).put("arguments", "");
          }
        },
        null);
  }

  private static List<String> end(
      List<String> chunks, String model, String reason, int prompt, int completion, boolean usage) {
    chunks.add(chunk(model, delta -> {}, reason));
    if (usage) {
      ObjectNode last = completion(model).put("object", "chat.completion.chunk");
      last.putArray("choices");
      usage(last, prompt, completion);
      chunks.add(last.toString());
    }
    return chunks;
  }

  private static String chunk(
      String model,
      java.util.function.Consumer<ObjectNode> fill,
      @org.jspecify.annotations.Nullable String reason) {
    ObjectNode chunk = completion(model).put("object", "chat.completion.chunk");
    ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
    fill.accept(choice.putObject("delta"));
    choice.put("finish_reason", reason);
    return chunk.toString();
  }

  private static void usage(ObjectNode answer, int prompt, int completion) {
    answer
        .putObject("usage")
        .put("prompt_tokens", prompt)
        .put("completion_tokens", completion)
        .put("total_tokens", prompt + completion);
  }
}
