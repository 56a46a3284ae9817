package dev.bactrian.upstream;

import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams of one event loop that have something to write: all of them do it in one task, which
 * runs after what was read has been read.
 */
final class Flushes {
  private static final Logger LOG = LoggerFactory.getLogger("bactrian.upstream");

  private static final FastThreadLocal<Flushes> OF_THIS_LOOP =
      new FastThreadLocal<>() {
        @Override
        protected Flushes initialValue() {
          return new Flushes();
        }
      };

  private List<StreamRelay> waiting = new ArrayList<>();

  private Flushes() {}

  /** Notes a stream, on the event loop of its call. */
  static void add(StreamRelay stream, UpstreamCall call) {
    Flushes flushes = OF_THIS_LOOP.get();
    if (flushes.waiting.isEmpty()) {
      call.later(flushes::run);
    }
    flushes.waiting.add(stream);
  }

  private void run() {
    List<StreamRelay> streams = waiting;
    waiting = new ArrayList<>(streams.size());
    for (StreamRelay stream : streams) {
      try {
        stream.flushTogether();
      } catch (RuntimeException e) { // one stream's trouble is not another's
        LOG.error("A stream could not be written", e);
      }
    }
  }
}
