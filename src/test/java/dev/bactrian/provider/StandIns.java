package dev.bactrian.provider;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.Reply;
import dev.bactrian.simulator.Simulator;
import dev.bactrian.simulator.Simulators;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;

/** All stand-ins, and as few gateways in front of them as can be: variants need one each. */
final class StandIns implements AutoCloseable {
  private final Simulators simulators = Simulators.start(0);
  private final List<Gateway> gateways = new ArrayList<>();
  private final Map<String, Gateway> byName = new LinkedHashMap<>();

  /** One stand-in behind its gateway. */
  final class Case {
    private final Simulator simulator;

    private Case(Simulator simulator) {
      this.simulator = simulator;
    }

    Simulator simulator() {
      return simulator;
    }

    Simulator.Abilities abilities() {
      return simulator.abilities();
    }

    Reply chat(ObjectNode body) {
      body.put("model", simulator.provider() + "/" + simulator.model());
      Gateway gateway = Objects.requireNonNull(byName.get(simulator.name()));
      return gateway.client().chat(body.toString());
    }

    Reply ask(String user, boolean stream) {
      ObjectNode body = Json.MAPPER.createObjectNode().put("stream", stream);
      body.putArray("messages").addObject().put("role", "user").put("content", user);
      return chat(body);
    }

    @Override
    public String toString() {
      return simulator.name();
    }
  }

  private StandIns() {}

  /** The gateways with the settings of the stand-ins. */
  static StandIns start() {
    return start((name, value) -> value);
  }

  /**
   * The gateways with other settings than the stand-ins have.
   *
   * @param other the value of a property, by its name and the stand-in's value, which is empty
   *     where it has none
   */
  static StandIns start(BiFunction<String, String, String> other) {
    StandIns all = new StandIns();
    List<Simulator> left = new ArrayList<>(all.simulators.running());
    while (!left.isEmpty()) {
      Map<String, Simulator> round = new LinkedHashMap<>();
      left.forEach(simulator -> round.putIfAbsent(simulator.provider(), simulator));
      left.removeAll(round.values());
      all.gateway(round, other);
    }
    return all;
  }

  private void gateway(Map<String, Simulator> round, BiFunction<String, String, String> other) {
    Gateway.Settings settings = Gateway.with().withoutBreakers().set("bactrian.attempts", "1");
    round.forEach(
        (provider, simulator) -> {
          Map<String, String> values = new LinkedHashMap<>();
          values.put("firstTokenTimeout", "");
          values.put("replyTimeout", "");
          values.putAll(simulator.settings(simulators.base(simulator)));
          values.replaceAll(other);
          values.values().removeIf(String::isEmpty);
          values.forEach((name, value) -> settings.kamelet(provider, name, value));
        });
    Gateway gateway = settings.start();
    gateways.add(gateway);
    round.values().forEach(simulator -> byName.put(simulator.name(), gateway));
  }

  List<Case> cases() {
    return simulators.running().stream().map(Case::new).toList();
  }

  Simulators simulators() {
    return simulators;
  }

  /** What reached the stand-ins last. */
  ProviderCall last() {
    return simulators.server().last();
  }

  @Override
  public void close() {
    simulators.release();
    gateways.forEach(Gateway::close);
    simulators.close();
  }
}
