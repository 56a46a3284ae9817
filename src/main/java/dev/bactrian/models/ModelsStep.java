package dev.bactrian.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.call.ChatCall;
import dev.bactrian.catalogue.Model;
import dev.bactrian.chat.ChatReply;
import dev.bactrian.error.ApiException;
import dev.bactrian.json.Json;
import dev.bactrian.key.ApiKey;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Answers {@code GET /v1/models} and {@code GET /v1/models/{id}}, with any slash in the id. */
public final class ModelsStep implements Processor {
  private static final String PATH = "/v1/models";

  private final ModelList models;

  /** The step over the list. */
  public ModelsStep(ModelList models) {
    this.models = models;
  }

  @Override
  public void process(Exchange exchange) throws Exception {
    String path = exchange.getMessage().getHeader(Exchange.HTTP_PATH, PATH, String.class);
    String rest = path.substring(PATH.length());
    if (!rest.isEmpty() && !rest.startsWith("/")) {
      throw ApiException.unknownUrl("GET", path);
    }
    ChatCall call = exchange.getVariable(ChatCall.VARIABLE, ChatCall.class);
    ApiKey key = Objects.requireNonNull(call.key());
    Predicate<Model> permitted = model -> key.permits(model.id(), model.provider());
    ObjectNode answer =
        rest.length() <= 1
            ? models.all(permitted)
            : models.one(decode(rest.substring(1)), permitted);
    byte[] json = Json.MAPPER.writeValueAsBytes(answer);
    exchange.getMessage().setBody(new ChatReply.Complete(json, null, List.of()));
  }

  private static String decode(String segment) {
    return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
