package dev.bactrian.telemetry;

import dev.bactrian.call.Account.Bill;
import dev.bactrian.call.ChatCall;
import dev.bactrian.call.ChatCall.Outcome;
import dev.bactrian.call.Lifetime;
import dev.bactrian.catalogue.Catalogues;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.chat.Usage;
import dev.bactrian.key.ApiKey;
import dev.bactrian.kit.NoClient;
import dev.bactrian.plan.Target;
import dev.bactrian.price.Tokens;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Prints what telemetry takes of the CPU for each call, on one thread; the log goes to the standard
 * output, as it does in the gateway, so the figures go to the error output. {@code
 * -Dlogback.configurationFile=bactrian/logback.xml} and {@code BACTRIAN_LOG_FORMAT} say how.
 */
final class TelemetryCost {
  private static final int CALLS = 100_000;
  private static final int ROUNDS = 8;

  private TelemetryCost() {}

  /** Prints nanoseconds. */
  public static void main(String[] arguments) {
    EndedCall whole = call(false);
    EndedCall stream = call(true);
    CallMetrics metrics = new CallMetrics(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    print("metrics of a whole answer", () -> metrics.count(whole));
    print("metrics of a stream", () -> metrics.count(stream));
    print("line of a whole answer", () -> CallLog.write(whole, null));
    print("line of a stream", () -> CallLog.write(stream, null));
  }

  private static EndedCall call(boolean stream) {
    String body =
        "{\"model\":\"openai/gpt-4.1-mini\",\"stream\":"
            + stream
            + ",\"messages\":[{\"role\":\"user\",\"content\":\"Hello there, how are you?\"}]}";
    ChatRequest request = ChatRequest.read(body.getBytes(StandardCharsets.UTF_8));
    Target target =
        new Target(
            Objects.requireNonNull(new Catalogues("").current().find("openai/gpt-4.1-mini")),
            "",
            0);
    Usage usage = new Usage(20, 0, 0, 50, 0);
    ChatCall call =
        ChatCall.begin(new NoClient(), new Lifetime(600_000))
            .by(new ApiKey("key", "a test"))
            .asking(request)
            .planned(List.of(target))
            .attempting(null);
    Outcome outcome = new Outcome(200, usage, 0, true, null, System.nanoTime(), 0);
    Bill bill = new Bill(Tokens.of(usage), false, 1_000L, "USD");
    return new EndedCall(
        EndedCall.CHAT, call.ended(outcome), outcome, bill, null, System.nanoTime(), null);
  }

  private static void print(String what, Runnable work) {
    double best = Double.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      long began = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      for (int i = 0; i < CALLS; i++) {
        work.run();
      }
      long took = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - began;
      best = Math.min(best, took / (double) CALLS);
    }
    System.err.printf(Locale.ROOT, "%-32s %6.0f ns%n", what, best);
  }
}
