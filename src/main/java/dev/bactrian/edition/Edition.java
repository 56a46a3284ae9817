package dev.bactrian.edition;

import dev.bactrian.error.ApiException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultExchange;
import org.jspecify.annotations.Nullable;

/**
 * What was loaded together: a started Camel context with the routes, kamelets and catalogue of one
 * moment. Calls that entered stay in it until they are over; it is stopped when it is retired and
 * the last of them has left.
 */
public final class Edition {
  private static final int RETIRED = Integer.MIN_VALUE;

  private final CamelContext context;
  private final Runnable use;
  private final Runnable stop;
  private volatile boolean stopped;
  private final AtomicInteger inside = new AtomicInteger();
  private final Map<String, Producer> producers = new ConcurrentHashMap<>();

  /**
   * An edition.
   *
   * @param context started
   * @param use is told when it comes into use
   * @param stop stops it
   */
  public Edition(CamelContext context, Runnable use, Runnable stop) {
    this.context = context;
    this.use = use;
    this.stop = stop;
  }

  /** Its routes. */
  public CamelContext context() {
    return context;
  }

  /** It comes into use. */
  void use() {
    use.run();
  }

  /** Takes a call in; false when the edition is retired already. */
  boolean enter() {
    int before = inside.getAndIncrement();
    if (before < 0) {
      inside.decrementAndGet();
      return false;
    }
    return true;
  }

  /** A call is over. */
  void leave() {
    if (inside.decrementAndGet() == RETIRED) {
      stop();
    }
  }

  /** Takes no more calls in, and stops when the last one has left. */
  void retire() {
    int before = inside.getAndAdd(RETIRED);
    if (before == 0) {
      stop();
    }
  }

  /** On a thread of its own: the last call's may belong to what is stopped, and should not wait. */
  private void stop() {
    Thread stopper =
        new Thread(
            () -> {
              stop.run();
              stopped = true;
            },
            "edition-stop");
    stopper.setDaemon(true);
    stopper.start();
  }

  /** Whether it is over. */
  boolean isStopped() {
    return stopped;
  }

  /** How many calls are running in it. */
  int inside() {
    int count = inside.get();
    return count < 0 ? count - RETIRED : count;
  }

  /**
   * Sends an exchange of another context to {@code direct:road} of this one, and waits.
   *
   * @throws ApiException 404 when no route of the edition is that road
   */
  void run(String road, Exchange exchange) throws Exception {
    Exchange inner = new DefaultExchange(context, exchange.getPattern());
    inner.setIn(exchange.getMessage().copy());
    exchange.getVariables().forEach(inner::setVariable);
    inner.setProperty(
        ExchangePropertyKey.EXCEPTION_CAUGHT,
        exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT));
    Producer producer = producer(road);
    try {
      with(context.getApplicationContextClassLoader(), () -> producer.process(inner));
    } finally {
      for (String name : exchange.getVariables().keySet().toArray(String[]::new)) {
        exchange.setVariable(name, inner.getVariable(name));
      }
      exchange.getMessage().setBody(inner.getMessage().getBody());
    }
    if (inner.getException() != null) {
      exchange.setException(inner.getException());
    }
  }

  /** Something that may fail. */
  @FunctionalInterface
  public interface Task<E extends Exception> {
    /** Does it. */
    void run() throws E;
  }

  /** Does something while the classes of a loader are at hand for code that asks the thread. */
  public static <E extends Exception> void with(@Nullable ClassLoader libraries, Task<E> task)
      throws E {
    if (libraries == null) {
      task.run();
      return;
    }
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(libraries);
    try {
      task.run();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private Producer producer(String road) throws Exception {
    Producer producer = producers.get(road);
    if (producer == null) {
      Endpoint endpoint = context.getEndpoint("direct:" + road);
      if (context.getRoutes().stream().noneMatch(it -> endpoint.equals(it.getEndpoint()))) {
        throw ApiException.leftOut(road); // Camel would wait for a consumer
      }
      // Endpoint and producer are singletons of the context; starting a started one does nothing.
      producer = endpoint.createProducer();
      producer.start();
      producers.put(road, producer);
    }
    return producer;
  }
}
