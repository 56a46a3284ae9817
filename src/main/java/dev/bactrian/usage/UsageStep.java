package dev.bactrian.usage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.call.ChatCall;
import dev.bactrian.chat.ChatReply;
import dev.bactrian.error.ApiException;
import dev.bactrian.host.HttpHost;
import dev.bactrian.json.Json;
import dev.bactrian.usage.UsageQuery.Dimension;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers {@code GET /v1/usage}: what the client's own key has used. */
public final class UsageStep implements Processor {
  private static final Logger LOG = LoggerFactory.getLogger(UsageStep.class);

  private final UsageReports reports;
  private final HttpHost http;

  /** The step over the reports, which a client asks for by parameters of the query. */
  public UsageStep(UsageReports reports, HttpHost http) {
    this.reports = reports;
    this.http = http;
  }

  @Override
  public void process(Exchange exchange) throws Exception {
    ChatCall call = exchange.getVariable(ChatCall.VARIABLE, ChatCall.class);
    UsageQuery query =
        UsageParameters.forClients(http.query(exchange))
            .with(Dimension.KEY, Objects.requireNonNull(call.key()).id());
    ObjectNode answer = Json.MAPPER.createObjectNode().put("object", "usage");
    answer.put("start", query.start() == null ? null : query.start().toString());
    answer.put("end", query.end() == null ? null : query.end().toString());
    var data = answer.putArray("data");
    try {
      reports.of(query).forEach(line -> data.add(line.json()));
    } catch (SQLException | IOException e) {
      LOG.warn("Usage cannot be read: {}", e.toString());
      throw new ApiException(
              503,
              "service_unavailable_error",
              "usage_unavailable",
              null,
              "Usage cannot be read now; try again.")
          .retryAfter(2000);
    }
    byte[] json = Json.MAPPER.writeValueAsBytes(answer);
    exchange.getMessage().setBody(new ChatReply.Complete(json, null, List.of()));
  }
}
