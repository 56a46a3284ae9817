package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.chat.ChatReply;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.chat.Usage;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.json.Json;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Version 1 of Baidu's ERNIE API: the model is in the path, the answer in {@code result}, an error
 * in an answer of status 200. See https://cloud.baidu.com/doc/WENXINWORKSHOP.
 */
public final class BaiduDialect implements Dialect {
  private final NativeQuirks quirks;
  private final Map<String, String> paths;

  /**
   * The dialect with the provider's limits.
   *
   * @param paths the last part of a model's path, by its id; others go by their ids
   */
  public BaiduDialect(NativeQuirks quirks, Map<String, String> paths) {
    this.quirks = quirks;
    this.paths = Map.copyOf(paths);
  }

  @Override
  public String pathModel(String model) {
    String name = model.toLowerCase(Locale.ROOT);
    return paths.getOrDefault(name, name);
  }

  @Override
  public Outgoing request(ChatRequest request) {
    RequestMembers members = new RequestMembers(request);
    new BaiduMessages(members).write(members.messages());
    quirks.apply(members, "max_output_tokens");
    JsonNode stop = members.take("stop");
    if (stop.isTextual()) {
      members.out().putArray("stop").add(stop);
    } else if (!stop.isEmpty()) {
      members.out().set("stop", stop);
    }
    members.rename("user", "user_id");
    if (request.stream()) {
      members.out().put("stream", true);
    }
    return members.finish();
  }

  @Override
  public ChatReply.Complete reply(ChatRequest request, byte[] body, List<String> changes) {
    JsonNode answer;
    try {
      answer = Json.MAPPER.readTree(body);
    } catch (IOException e) {
      throw unreadable();
    }
    if (BaiduErrors.isError(answer)) {
      throw BaiduErrors.of(200, -1, answer);
    }
    if (!answer.path("result").isTextual()) {
      throw unreadable();
    }
    ObjectNode completion = ChatCompletions.create(answer.path("id").asText(), request.model());
    ChatCompletions.addChoice(completion, finishReason(answer))
        .put("content", answer.path("result").asText());
    return ChatCompletions.reply(completion, usage(answer.path("usage")), changes);
  }

  private static UpstreamException unreadable() {
    return UpstreamException.noticed(
        ErrorClass.SERVER, "The provider's answer is not a chat completion.");
  }

  /** Why the model stopped: newer models say so, others only whether the answer was cut. */
  static String finishReason(JsonNode answer) {
    if (answer.path("flag").asInt() != 0 || answer.path("need_clear_history").asBoolean()) {
      return "content_filter";
    }
    if (answer.path("is_truncated").asBoolean()) {
      return "length";
    }
    String told = FinishReason.standard(answer.path("finish_reason").asText(""));
    return told == null ? "stop" : told;
  }

  static Usage usage(JsonNode usage) {
    return new Usage(
        usage.path("prompt_tokens").asLong(), 0, 0, usage.path("completion_tokens").asLong(), 0);
  }

  @Override
  public ChunkStream stream(ChatRequest request) {
    return new BaiduStream(request);
  }

  @Override
  public UpstreamException error(ErrorAnswer answer) {
    return BaiduErrors.classify(answer.status(), answer.retryAfterMillis(), answer.body());
  }
}
