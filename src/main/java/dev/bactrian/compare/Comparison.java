package dev.bactrian.compare;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.bactrian.call.ChatCall;
import dev.bactrian.call.Client;
import dev.bactrian.call.Lifetime;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.json.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Several models that answer the same request to one client. Streams are interleaved: each event is
 * one of a branch's, wrapped with the branch's index and the model that was asked, and each branch
 * ends with a result event.
 */
public final class Comparison {
  private static final Buffer DONE = Buffer.buffer("data: [DONE]\n\n");

  private final ChatCall call;
  private final boolean stream;
  private final List<Branch> branches = new ArrayList<>();
  private final Map<Integer, ObjectNode> results = new LinkedHashMap<>();
  private @Nullable WriteStream<Buffer> sink;

  /**
   * A comparison that has not begun.
   *
   * @param call the client's call
   * @param callMillis how long each branch may take
   */
  Comparison(ChatCall call, ChatRequest request, long callMillis) {
    this.call = call;
    this.stream = request.stream();
    List<String> models = new ArrayList<>();
    models.add(request.model());
    models.addAll(request.models());
    for (String model : models) {
      branches.add(
          new Branch(this, branches.size(), model, request.rewrittenFor(model), callMillis));
    }
    call.client().onGone(() -> branches.forEach(branch -> branch.call().lifetime().cancel()));
  }

  /** One for each model. */
  public List<Branch> branches() {
    return branches;
  }

  /** Whether the client wants events as they come. */
  boolean isStream() {
    return stream;
  }

  /** Sends one event of a branch. */
  synchronized void event(Branch branch, String member, String json) {
    String event =
        "data: {\"index\":"
            + branch.index()
            + ",\"model\":"
            + new String(Json.string(branch.model()), StandardCharsets.UTF_8)
            + ",\""
            + member
            + "\":"
            + json
            + "}\n\n";
    sink().write(Buffer.buffer(event));
  }

  private WriteStream<Buffer> sink() {
    WriteStream<Buffer> open = sink;
    if (open == null) {
      Map<String, String> headers = new LinkedHashMap<>();
      headers.put("x-request-id", call.id());
      headers.put("content-type", "text/event-stream; charset=utf-8");
      headers.put("cache-control", "no-cache");
      headers.put("x-accel-buffering", "no");
      open = call.client().stream(200, headers);
      sink = open;
    }
    return open;
  }

  /** A branch is over. */
  synchronized void result(Branch branch, ObjectNode result, byte @Nullable [] answer) {
    if (stream) {
      event(branch, "result", result.toString());
      return;
    }
    ObjectNode whole = Json.MAPPER.createObjectNode();
    whole.put("index", branch.index()).put("model", branch.model()).setAll(result);
    if (answer != null) {
      whole.putRawValue("answer", new RawValue(new String(answer, StandardCharsets.UTF_8)));
    }
    results.put(branch.index(), whole);
  }

  /** All branches are over: ends the answer. */
  ChatCall finish() throws java.io.IOException {
    if (stream) {
      sink().write(DONE);
      sink().end();
    } else {
      ObjectNode answer = Json.MAPPER.createObjectNode().put("object", "comparison");
      var all = answer.putArray("results");
      branches.forEach(branch -> all.add(results.get(branch.index())));
      Map<String, String> headers = new LinkedHashMap<>();
      headers.put("x-request-id", call.id());
      headers.put("content-type", "application/json");
      call.client().respond(200, headers, Json.MAPPER.writeValueAsBytes(answer));
    }
    return call.ended(new ChatCall.Outcome(200, null, 0, true, null, System.nanoTime()));
  }

  /** The client's call. */
  ChatCall call() {
    return call;
  }

  /** A call of its own for a branch, with the comparison's key. */
  ChatCall branchCall(Client client, ChatRequest request, long callMillis) {
    ChatCall branch = ChatCall.begin(client, new Lifetime(callMillis)).asking(request);
    return call.key() == null ? branch : branch.by(call.key());
  }
}
