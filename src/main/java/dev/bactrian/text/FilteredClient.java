package dev.bactrian.text;

import dev.bactrian.call.Client;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.util.Map;

/** A client whose answers are filtered before they are sent; errors are sent as they are. */
final class FilteredClient implements Client {
  private final Client client;
  private final AnswerFilter filter;

  FilteredClient(Client client, AnswerFilter filter) {
    this.client = client;
    this.filter = filter;
  }

  @Override
  public void respond(int status, Map<String, String> headers, byte[] body) {
    client.respond(status, headers, status == 200 ? filter.whole(body) : body);
  }

  @Override
  public WriteStream<Buffer> stream(int status, Map<String, String> headers) {
    return filter.to(client.stream(status, headers));
  }

  @Override
  public boolean hasBegun() {
    return client.hasBegun();
  }

  @Override
  public void close() {
    client.close();
  }

  @Override
  public void onGone(Runnable action) {
    client.onGone(action);
  }
}
