package dev.bactrian.simulator;

import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.ProviderServer;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;

/**
 * All stand-ins on one port, each below its own name: {@code http://127.0.0.1:PORT/anthropic}. As a
 * program it prints the environment that sends a gateway's calls here.
 */
public final class Simulators implements AutoCloseable {
  private static final int PORT = 8090;

  private final ProviderServer server;

  private Simulators(ProviderServer server) {
    this.server = server;
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
    List<Simulator> simulators = all();
    ProviderServer server = ProviderServer.start(port);
    server.always(call -> route(simulators, call));
    return new Simulators(server);
  }

  private static void route(List<Simulator> simulators, ProviderCall call) throws Exception {
    for (Simulator simulator : simulators) {
      if (call.target().startsWith("/" + simulator.name() + "/")) {
        simulator.answer(call);
        return;
      }
    }
    call.json(404, "{\"error\":\"no such stand-in\"}");
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
