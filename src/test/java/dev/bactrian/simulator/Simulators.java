package dev.bactrian.simulator;

import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.ProviderServer;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * All stand-ins on one port, each below its own name: {@code http://127.0.0.1:PORT/anthropic}. As a
 * program it prints the environment that sends a gateway's calls here.
 */
public final class Simulators implements AutoCloseable {
  private static final int PORT = 8090;

  /** In a prompt: the answer waits for {@link #release}. */
  public static final String LATE = "answer late";

  private final ProviderServer server;
  private final List<Simulator> running;
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile CountDownLatch gate = new CountDownLatch(1);

  private Simulators(ProviderServer server, List<Simulator> running) {
    this.server = server;
    this.running = running;
  }

  /** One of each; a new stand-in is added here. */
  public static List<Simulator> all() {
    return List.of(
        new OpenAiSimulator(),
        new GeminiSimulator(),
        new Gemini3Simulator(),
        new AnthropicSimulator(),
        AnthropicSimulator.byToken(),
        new BedrockSimulator(),
        BedrockSimulator.byToken(),
        new AzureSimulator(),
        AzureSimulator.version1(),
        new SensenovaSimulator(),
        new BaiduV1Simulator(),
        new VertexSimulator(),
        new VertexOpenAiSimulator(),
        new BytedanceSimulator(),
        new BytedanceKeyPairSimulator(),
        new VertexClaudeSimulator(),
        new DeepSeekSimulator(),
        new ZhipuSimulator(true),
        new ZhipuSimulator(false),
        new QwenSimulator(),
        new MoonshotSimulator(),
        new MiniMaxSimulator(),
        new MiniMaxCompatibleSimulator(),
        new StepFunSimulator(false),
        new StepFunSimulator(true),
        new SensenovaCompatibleSimulator(),
        new SensenovaTokenSimulator(),
        new BaiduSimulator(),
        BaiduSimulator.byAccessKey(),
        new YiSimulator(),
        new OpenRouterSimulator(),
        new ZenMuxSimulator(),
        new MistralSimulator(),
        new GroqSimulator(),
        new XaiSimulator(),
        new OllamaSimulator(),
        new VllmSimulator(),
        new OpenAiCompatibleSimulator());
  }

  /** Starts them on a port of 127.0.0.1, 0 for any. */
  public static Simulators start(int port) {
    Simulators simulators = new Simulators(ProviderServer.start(port), all());
    simulators.server.always(simulators::route);
    return simulators;
  }

  private void route(ProviderCall call) throws Exception {
    if (call.body().contains(LATE)) {
      waiting.incrementAndGet();
      gate.await();
    }
    for (Simulator simulator : running) {
      if (call.target().startsWith("/" + simulator.name() + "/")) {
        simulator.answer(call);
        return;
      }
    }
    call.json(404, "{\"error\":\"no such stand-in\"}");
  }

  /** Lets the answers go on that are {@link #LATE}, and makes the next ones wait. */
  public void release() {
    CountDownLatch before = gate;
    gate = new CountDownLatch(1);
    before.countDown();
  }

  /** How many answers have waited so far. */
  public int waiting() {
    return waiting.get();
  }

  /** The ones that answer here. */
  public List<Simulator> running() {
    return running;
  }

  /** Where a stand-in is. */
  public String base(Simulator simulator) {
    return "http://127.0.0.1:" + server.port() + "/" + simulator.name();
  }

  /** The server behind them. */
  public ProviderServer server() {
    return server;
  }

  @Override
  public void close() {
    server.close();
  }

  /** Serves until it is stopped; the argument is the port, 8090 if there is none. */
  public static void main(String[] args) throws InterruptedException {
    Secret.keepPlain();
    Simulators running = start(args.length > 0 ? Integer.parseInt(args[0]) : PORT);
    System.out.println("# Every provider simulated. Start the gateway with:");
    for (Simulator simulator : all()) {
      boolean main = simulator.name().equals(simulator.provider());
      simulator
          .settings(running.base(simulator))
          .forEach(
              (property, value) ->
                  System.out.println(
                      (main ? "export " : "# " + simulator.name() + ": export ")
                          + variable(simulator.provider(), property)
                          + "='"
                          + value
                          + "'"));
    }
    new CountDownLatch(1).await();
  }

  private static String variable(String provider, String property) {
    String snake = property.replaceAll("([a-z0-9])([A-Z])", "$1_$2");
    return (provider + "_" + snake).replace('-', '_').toUpperCase(Locale.ROOT);
  }
}
