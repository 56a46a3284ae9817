package dev.bactrian.limit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.call.ChatCall;
import dev.bactrian.chat.ChatReply;
import dev.bactrian.json.Json;
import dev.bactrian.key.ApiKey;
import dev.bactrian.key.Bound;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Answers {@code GET /v1/key}: what the client's own key may be used for, and what it has spent.
 */
public final class KeyStep implements Processor {
  private final Admission admission;

  /** The step. */
  public KeyStep(Admission admission) {
    this.admission = admission;
  }

  @Override
  public void process(Exchange exchange) throws Exception {
    ChatCall call = exchange.getVariable(ChatCall.VARIABLE, ChatCall.class);
    ApiKey key = Objects.requireNonNull(call.key());
    ObjectNode json = Json.MAPPER.createObjectNode().put("object", "key");
    json.put("id", key.id()).put("name", key.name());
    json.put("owner", key.owner() == null ? null : key.owner().id());
    Long expires = key.expires();
    json.put("expires_at", expires == null ? null : Instant.ofEpochMilli(expires).toString());
    json.setAll(key.rules().json());
    json.set("spent", admission.spent(Bound.key(key.id()), key.rules()).json());
    byte[] answer = Json.MAPPER.writeValueAsBytes(json);
    exchange.getMessage().setBody(new ChatReply.Complete(answer, null, List.of()));
  }
}
