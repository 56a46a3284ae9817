package dev.bactrian.telemetry;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.bactrian.call.Account.Bill;
import dev.bactrian.call.ChatCall;
import dev.bactrian.chat.Usage;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.plan.Attempt;
import dev.bactrian.plan.Target;
import dev.bactrian.price.Tokens;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What the log tells of one call, without bodies and keys: as text, or as members of a JSON object.
 *
 * @param ended the call
 * @param trace the id of its trace, null where there is none
 */
record CallLine(EndedCall ended, @Nullable String trace) {
  private static final int OK = 200;
  private static final double MILLION = 1e6;

  /** The line of those who read the log themselves. */
  @Override
  public String toString() {
    ChatCall call = ended.call();
    Target target = call.target();
    Usage usage = ended.outcome().usage();
    StringBuilder line = new StringBuilder(192);
    line.append(call.id()).append(" key=").append(call.key() == null ? "-" : call.key().id());
    if (call.client().beside() != null) {
      line.append(" beside=").append(call.client().beside());
    }
    line.append(" model=").append(target == null ? "-" : target.id());
    String member = member();
    if (member != null) {
      line.append(" provider-key=").append(member);
    }
    line.append(" status=").append(ended.outcome().status());
    line.append(" attempts=").append(call.attempts().size());
    if (usage != null) {
      line.append(" prompt=").append(usage.prompt());
      line.append(" completion=").append(usage.completion());
    }
    line.append(" ms=").append(millis());
    if (ended.outcome().skipped() > 0) {
      line.append(" skipped=").append(ended.outcome().skipped());
    }
    if (ended.outcome().failure() != null) {
      line.append(" broken=").append(ended.outcome().failure().errorClass());
    }
    return line.toString();
  }

  /** Writes the members of the line of those who have a machine read the log. */
  void write(JsonGenerator json) throws IOException {
    ChatCall call = ended.call();
    json.writeStringField("id", call.id());
    json.writeStringField("operation", ended.name());
    text(json, "trace_id", trace);
    text(json, "key", call.key() == null ? null : call.key().id());
    text(json, "beside", call.client().beside());
    if (call.request() != null && ended.first() != null) {
      // Known to the catalogue; what is not may be anything, a key that was put there by mistake
      // too.
      json.writeStringField("asked", call.request().model());
    }
    Target target = call.target();
    if (target != null) {
      json.writeStringField("provider", target.provider());
      json.writeStringField("model", target.id());
      text(json, "provider_key", member());
    }
    json.writeNumberField("status", ended.outcome().status());
    if (call.request() != null) {
      json.writeBooleanField("stream", call.request().stream());
    }
    json.writeNumberField("attempts", call.attempts().size());
    failures(json);
    tokens(json);
    if (ended.isStream() && ended.outcome().status() == OK && target != null) {
      long first = ended.outcome().answered() - call.started();
      json.writeNumberField("first_token_ms", Math.round(first / MILLION));
    }
    json.writeNumberField("ms", millis());
    if (ended.outcome().skipped() > 0) {
      json.writeNumberField("skipped", ended.outcome().skipped());
    }
    text(json, "error_type", ended.errorType().isEmpty() ? null : ended.errorType());
    text(json, "error_code", ended.error() == null ? null : ended.error().code());
  }

  private void failures(JsonGenerator json) throws IOException {
    boolean any = false;
    for (Attempt attempt : ended.call().attempts()) {
      UpstreamException failure = attempt.failure();
      if (failure == null) {
        continue;
      }
      if (!any) {
        json.writeArrayFieldStart("failed");
        any = true;
      }
      json.writeStartObject();
      json.writeStringField("model", attempt.target().id());
      json.writeStringField("error_type", EndedCall.word(failure));
      if (failure.status() > 0) {
        json.writeNumberField("status", failure.status());
      }
      json.writeNumberField("ms", (attempt.ended() - attempt.started()) / 1_000_000);
      json.writeEndObject();
    }
    if (any) {
      json.writeEndArray();
    }
  }

  private void tokens(JsonGenerator json) throws IOException {
    Tokens tokens = ended.tokens();
    if (tokens.isNone()) {
      return;
    }
    json.writeNumberField("input_tokens", tokens.in());
    json.writeNumberField("cached_tokens", tokens.cached());
    json.writeNumberField("cache_write_tokens", tokens.cacheWrite());
    json.writeNumberField("output_tokens", tokens.out());
    json.writeNumberField("reasoning_tokens", tokens.reasoning());
    Bill bill = ended.bill();
    if (bill != null) {
      json.writeBooleanField("estimated", bill.estimated());
      if (bill.nanos() != null && bill.currency() != null) {
        json.writeNumberField("cost_nanos", bill.nanos());
        json.writeStringField("currency", bill.currency());
      }
    }
  }

  private @Nullable String member() {
    return ended.call().lease() == null ? null : ended.call().lease().name();
  }

  private long millis() {
    return (ended.ended() - ended.call().started()) / 1_000_000;
  }

  private static void text(JsonGenerator json, String name, @Nullable String value)
      throws IOException {
    if (value != null) {
      json.writeStringField(name, value);
    }
  }
}
