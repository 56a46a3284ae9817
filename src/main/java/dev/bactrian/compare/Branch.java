package dev.bactrian.compare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.call.Account;
import dev.bactrian.call.ChatCall;
import dev.bactrian.call.Client;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.chat.Usage;
import dev.bactrian.json.Json;
import dev.bactrian.plan.Attempt;
import dev.bactrian.plan.Target;
import dev.bactrian.sse.ReadySink;
import dev.bactrian.sse.SseReader;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One model of a comparison: for the routes it is a client like any other. */
public final class Branch implements Client {
  private static final int LONGEST_EVENT = 64 * 1024 * 1024;
  private static final double MILLION = 1e6;

  private final Comparison comparison;
  private final int index;
  private final String model;
  private final ChatCall call;
  private boolean begun;
  private byte @Nullable [] answer;
  private @Nullable JsonNode error;

  Branch(Comparison comparison, int index, String model, ChatRequest request, long callMillis) {
    this.comparison = comparison;
    this.index = index;
    this.model = model;
    this.call = comparison.branchCall(this, request, callMillis);
  }

  /** Its place in the request. */
  public int index() {
    return index;
  }

  /** The name in the request. */
  public String model() {
    return model;
  }

  /** Its own call. */
  public ChatCall call() {
    return call;
  }

  @Override
  public void respond(int status, Map<String, String> headers, byte[] body) {
    begun = true;
    if (status == 200) {
      answer = body;
    } else {
      error = errorOf(body);
    }
  }

  private static JsonNode errorOf(byte[] body) {
    try {
      return Json.MAPPER.readTree(body).path("error");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public WriteStream<Buffer> stream(int status, Map<String, String> headers) {
    begun = true;
    return new Labelled();
  }

  @Override
  public boolean hasBegun() {
    return begun;
  }

  @Override
  public void close() {
    // The other models go on; that this one broke is in its result.
  }

  @Override
  public void onGone(Runnable action) {
    throw new UnsupportedOperationException("The comparison knows when its client goes.");
  }

  /** Tells the client how it went. */
  void over(ChatCall ended) {
    ObjectNode result = Json.MAPPER.createObjectNode();
    ChatCall.Outcome outcome = ended.outcome();
    Target target = ended.target();
    result.put("id", ended.id());
    result.put("answered_by", target == null ? null : target.id());
    result.put("attempts", ended.attempts().size());
    if (outcome != null && target != null && error == null) {
      Attempt attempt = ended.attempts().get(ended.attempts().size() - 1);
      boolean resumed = outcome.answered() < attempt.started();
      long began = resumed ? ended.started() : attempt.started();
      double first = (outcome.answered() - began) / MILLION;
      double rest = (System.nanoTime() - outcome.answered()) / MILLION;
      Usage usage = outcome.usage();
      if (comparison.isStream()) {
        result.put("time_to_first_token_ms", Math.round(first));
      }
      result.put("duration_ms", ended.elapsedMillis());
      if (usage != null) {
        double seconds = Math.max(1, comparison.isStream() ? rest : first) / 1000;
        result.put(
            "tokens_per_second",
            Double.valueOf(String.format(Locale.ROOT, "%.1f", usage.completion() / seconds)));
        ObjectNode tokens = result.putObject("usage");
        tokens.put("prompt_tokens", usage.prompt()).put("completion_tokens", usage.completion());
        tokens.put("total_tokens", usage.prompt() + usage.completion());
      }
    }
    cost(result, ended.account().bill());
    result.set("error", error);
    comparison.result(this, result, answer);
  }

  /** What it cost as the ledger has it: null where no price is known, or nothing was answered. */
  private static void cost(ObjectNode result, Account.@Nullable Bill bill) {
    Long nanos = bill == null || bill.currency() == null ? null : bill.nanos();
    result.put("cost", nanos == null ? null : BigDecimal.valueOf(nanos, 9).toPlainString());
    result.put("currency", nanos == null || bill == null ? null : bill.currency());
  }

  /** Takes the frames that the client would get and passes each on under the branch's label. */
  private final class Labelled extends ReadySink implements SseReader.Handler {
    private final SseReader events = new SseReader(this, LONGEST_EVENT);

    @Override
    public void event(@Nullable String name, byte[] bytes, int offset, int length) {
      String data = new String(bytes, offset, length, StandardCharsets.UTF_8);
      if (data.startsWith("{\"error\"")) {
        error = errorOf(data.getBytes(StandardCharsets.UTF_8));
      } else if (!data.equals("[DONE]")) {
        comparison.event(Branch.this, "chunk", data);
      }
    }

    @Override
    protected void take(Buffer data) {
      events.read(data.getBytes());
    }
  }
}
