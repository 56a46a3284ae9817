package dev.bactrian.cache;

import dev.bactrian.call.ChatCall;
import dev.bactrian.chat.ChatReply;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.chat.ReadyStream;
import dev.bactrian.chat.Usage;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Answers from the cache what it holds; stands where nobody has been asked yet. The variable {@code
 * cacheKey} goes to {@link ToCacheStep}.
 */
public final class FromCacheStep implements Processor {
  static final String KEY = "cacheKey";
  private static final List<String> TOLD = List.of("answer=cached");

  private final AnswerCache cache;

  /** The step over a cache. */
  public FromCacheStep(AnswerCache cache) {
    this.cache = cache;
  }

  @Override
  public void process(Exchange exchange) throws Exception {
    ChatRequest request = exchange.getMessage().getMandatoryBody(ChatRequest.class);
    ChatCall call = exchange.getVariable(ChatCall.VARIABLE, ChatCall.class);
    String key = AnswerCache.key(call.key() == null ? "" : call.key().id(), request.json());
    AnswerCache.Entry found = cache.get(key);
    if (found == null) {
      exchange.setVariable(KEY, key);
      exchange.getMessage().setBody(request);
    } else {
      exchange.removeVariable(KEY);
      exchange
          .getMessage()
          .setBody(
              found.stream()
                  ? new ReadyStream(found.bytes(), Usage.NONE, TOLD)
                  : new ChatReply.Complete(found.bytes(), Usage.NONE, TOLD));
    }
  }
}
