package dev.bactrian.cache;

import dev.bactrian.cache.AnswerCache.Entry;
import dev.bactrian.chat.ChatReply;
import dev.bactrian.json.Json;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Puts an answer into the cache: at once when it is whole, a stream at its end. Errors, streams
 * that broke and answers that were cut short are left out.
 */
public final class ToCacheStep implements Processor {
  private final AnswerCache cache;

  /** The step over a cache. */
  public ToCacheStep(AnswerCache cache) {
    this.cache = cache;
  }

  @Override
  public void process(Exchange exchange) throws Exception {
    Object body = exchange.getMessage().getBody();
    String key = exchange.getVariable(FromCacheStep.KEY, String.class);
    if (key == null) {
      return;
    }
    if (body instanceof ChatReply.Stream stream) {
      exchange
          .getMessage()
          .setBody(
              new Recording(
                  stream, cache.longest(), frames -> cache.put(key, new Entry(true, frames))));
    } else if (body instanceof ChatReply.Complete whole
        && whole.json().length <= cache.longest()
        && Recording.isWhole(Json.MAPPER.readTree(whole.json()))) {
      cache.put(key, new Entry(false, whole.json()));
    }
  }
}
