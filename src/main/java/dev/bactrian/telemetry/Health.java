package dev.bactrian.telemetry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.door.Drain;
import dev.bactrian.json.Json;
import dev.bactrian.ledger.Ledger;
import dev.bactrian.pool.Pools;
import dev.bactrian.pool.Pools.SeenPool;
import dev.bactrian.provider.Breakers;
import java.util.List;
import java.util.function.Supplier;

/**
 * How the gateway is, and how its providers are: two questions, for a pod that is taken out of
 * service because a provider fails serves nobody, and the next one fares no better.
 */
public final class Health {
  private final Breakers breakers;
  private final Pools pools;
  private final Drain drain;
  private final Ledger ledger;
  private volatile Supplier<List<String>> live = List::of;
  private volatile boolean open;

  /** The health of a gateway with that state. */
  public Health(Breakers breakers, Pools pools, Drain drain, Ledger ledger) {
    this.breakers = breakers;
    this.pools = pools;
    this.drain = drain;
    this.ledger = ledger;
  }

  /** From now on calls are taken, and these are the live providers. */
  public void open(Supplier<List<String>> providers) {
    live = providers;
    open = true;
  }

  /**
   * Whether calls are taken: neither before the door is open, nor after it was told to close, nor
   * while they are refused because the ledger can keep none of them.
   */
  public boolean isReady() {
    return open && !drain.isClosing() && !ledger.isRefusing();
  }

  /** Whether it serves, as JSON. */
  public String readyJson() {
    return status(isReady()).toString();
  }

  /** That it runs, as JSON: an answer at all is what counts. */
  public String liveJson() {
    return status(true).toString();
  }

  private static ObjectNode status(boolean up) {
    return Json.MAPPER.createObjectNode().put("status", up ? "UP" : "DOWN");
  }

  /** All of it as JSON. The status is the gateway's own; each provider has one of its own. */
  public String json() {
    ObjectNode json = status(isReady());
    json.put("state", state());
    json.put("calls_running", drain.inside());
    json.putObject("ledger").put("status", open && ledger.isFull() ? "DOWN" : "UP");
    ObjectNode providers = json.putObject("providers");
    List<SeenPool> seen = pools.seen();
    for (String provider : live.get()) {
      ObjectNode one = providers.putObject(provider);
      for (SeenPool pool : seen) {
        if (pool.provider().equals(provider)) {
          keys(one, pool);
        }
      }
      if (one.isEmpty()) {
        String state = breakers.state(provider);
        one.put("status", state.equals("open") ? "DOWN" : "UP").put("breaker", state);
      }
    }
    return json.toString();
  }

  private String state() {
    if (!open) {
      return "starting";
    }
    if (drain.isClosing()) {
      return "draining";
    }
    return isReady() ? "serving" : "refusing";
  }

  private static void keys(ObjectNode one, SeenPool pool) {
    long usable =
        pool.members().stream().filter(member -> member.state().equals(Pools.LIVE)).count();
    one.put("status", usable == 0 ? "DOWN" : "UP");
    one.put("keys", pool.members().size()).put("keys_live", usable);
  }
}
