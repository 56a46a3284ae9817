package dev.bactrian.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.Script;
import dev.bactrian.simulator.BaiduV1Simulator;
import dev.bactrian.simulator.BytedanceKeyPairSimulator;
import dev.bactrian.simulator.SensenovaSimulator;
import dev.bactrian.simulator.Simulator;
import dev.bactrian.simulator.ZhipuSimulator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A token that a provider no longer takes is renewed, and the client sees nothing of it. */
class RenewalIT {
  private static final BaiduV1Simulator BAIDU = new BaiduV1Simulator();
  private static final BytedanceKeyPairSimulator BYTEDANCE = new BytedanceKeyPairSimulator();
  private static final SensenovaSimulator SENSENOVA = new SensenovaSimulator();
  private static final ZhipuSimulator ZHIPU = new ZhipuSimulator(true);
  private static final List<Simulator> ALL = List.of(BAIDU, BYTEDANCE, SENSENOVA, ZHIPU);
  private static final ProviderServer SERVER = ProviderServer.start().always(RenewalIT::route);
  private static Gateway gateway = start();

  private static Gateway start() {
    Gateway.Settings settings = Gateway.with().withoutBreakers().set("bactrian.attempts", "1");
    for (Simulator simulator : ALL) {
      simulator
          .settings("http://127.0.0.1:" + SERVER.port() + "/" + simulator.name())
          .forEach((name, value) -> settings.kamelet(simulator.provider(), name, value));
    }
    return settings.start();
  }

  private static void route(ProviderCall call) throws Exception {
    for (Simulator simulator : ALL) {
      if (call.target().startsWith("/" + simulator.name() + "/")) {
        simulator.answer(call);
        return;
      }
    }
  }

  @BeforeAll
  static void started() {
    assertThat(gateway.port()).isPositive();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    SERVER.close();
  }

  private static Reply ask(Simulator simulator, boolean stream) {
    String model = simulator.provider() + "/" + simulator.model();
    return gateway.client().chat(ApiClient.question(model, stream, ""));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRevokedTokenOfBaiduIsRenewed(boolean stream) {
    assertThat(ask(BAIDU, stream).status()).isEqualTo(200);
    BAIDU.expire();
    Reply reply = ask(BAIDU, stream);
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    assertThat(reply.body()).contains("say:").doesNotContain("24.simulated");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRevokedKeyOfVolcengineIsRenewed(boolean stream) {
    assertThat(ask(BYTEDANCE, stream).status()).isEqualTo(200);
    BYTEDANCE.expire();
    Reply reply = ask(BYTEDANCE, stream);
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anExpiredTokenOfZhipuIsRenewed(boolean stream) {
    assertThat(ask(ZHIPU, stream).status()).isEqualTo(200);
    ZHIPU.expire();
    Reply reply = ask(ZHIPU, stream);
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
  }

  @Test
  void aTokenIsRenewedOnceAndNoMore() {
    AtomicInteger calls = new AtomicInteger();
    SERVER.always(
        call -> {
          calls.incrementAndGet();
          Script.status(401, "{\"error\":{\"code\":16,\"message\":\"token is expired\"}}")
              .answer(call);
        });
    try {
      Reply reply = ask(SENSENOVA, false);
      assertThat(reply.status()).isEqualTo(502);
      assertThat(reply.error().path("code").asText()).isEqualTo("upstream_auth");
      assertThat(calls).hasValue(2);
    } finally {
      SERVER.always(RenewalIT::route);
    }
  }

  @Test
  void aTokenServiceThatIsDownIsTheProvidersFailure() {
    SERVER.always(
        call -> {
          if (call.target().contains("/oauth/")) {
            call.json(500, "{\"detail\":\"client_secret=simulated+Application&Secret\"}");
          } else {
            call.json(200, "{\"error_code\":111,\"error_msg\":\"Access token expired\"}");
          }
        });
    try {
      Reply reply = ask(BAIDU, false);
      assertThat(reply.status()).isEqualTo(502);
      assertThat(reply.error().path("code").asText()).isEqualTo("upstream_error");
      assertThat(reply.body()).doesNotContain("simulated").doesNotContain("127.0.0.1");
    } finally {
      SERVER.always(RenewalIT::route);
    }
  }
}
