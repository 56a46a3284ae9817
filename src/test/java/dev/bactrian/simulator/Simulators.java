package dev.bactrian.simulator;

import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.ProviderServer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * All stand-ins on one port, each below its own name: {@code http://127.0.0.1:PORT/anthropic}. As a
 * program it says how a gateway's calls are sent here.
 */
public final class Simulators implements AutoCloseable {
  private static final int PORT = 8090;

  /** In a prompt: the answer waits for {@link #release}. */
  public static final String LATE = "wait:release";

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
    if (call.target().matches("/env(/[a-z0-9-]*)?")) {
      call.whole(200, "text/plain", environment(call.target().substring(4).replace("/", "")));
      return;
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

  /**
   * A shell's commands that send a gateway's calls here.
   *
   * @param name of a variant such as {@code bedrock-token}, empty for all providers as they usually
   *     are
   */
  public String environment(String name) {
    StringBuilder commands = new StringBuilder();
    for (Simulator simulator : running) {
      boolean usual = name.isEmpty() && simulator.name().equals(simulator.provider());
      if (usual || simulator.name().equals(name)) {
        others(simulator).forEach(it -> commands.append("unset ").append(it).append('\n'));
        exports(simulator).forEach((variable, value) -> commands.append(export(variable, value)));
      }
    }
    return commands.toString();
  }

  /** What the variants of a provider need and this one does not, and what would go before it. */
  private Set<String> others(Simulator simulator) {
    Set<String> others = new TreeSet<>();
    running.stream()
        .filter(it -> it.provider().equals(simulator.provider()))
        .forEach(it -> others.addAll(exports(it).keySet()));
    others.removeAll(exports(simulator).keySet());
    return others;
  }

  private Map<String, String> exports(Simulator simulator) {
    Map<String, String> exports = new TreeMap<>();
    simulator
        .settings(base(simulator))
        .forEach((property, value) -> exports.put(variable(simulator.provider(), property), value));
    return exports;
  }

  private static String export(String variable, String value) {
    return "export " + variable + "='" + value.replace("'", "'\\''") + "'\n";
  }

  /** Serves until it is stopped; the argument is the port, 8090 if there is none. */
  public static void main(String[] args) throws InterruptedException {
    Secret.keepPlain();
    Simulators all = start(args.length > 0 ? Integer.parseInt(args[0]) : PORT);
    String environment = "http://127.0.0.1:" + all.server.port() + "/env";
    String variants =
        all.running.stream()
            .map(Simulator::name)
            .filter(name -> all.running.stream().noneMatch(it -> it.provider().equals(name)))
            .collect(Collectors.joining(", "));
    System.out.printf(
        """
        Every provider is simulated on port %d. In another terminal:

          eval "$(curl -s %s)" && ./bactrian

        Other ways of some providers, by /env/NAME in place of /env after it: %s.
        A prompt makes the model count (count to 50) or fail (fail:auth, fail:billing, fail:rate,
        fail:overload, fail:server, fail:context, fail:content, fail:model, fail:cut, fail:stream); tools are called where there are any.
        """,
        all.server.port(), environment, variants);
    new CountDownLatch(1).await();
  }

  private static String variable(String provider, String property) {
    String snake = property.replaceAll("([a-z0-9])([A-Z])", "$1_$2");
    return (provider + "_" + snake).replace('-', '_').toUpperCase(Locale.ROOT);
  }
}
