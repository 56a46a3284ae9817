package dev.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.Pace;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.Script;
import org.junit.jupiter.api.Test;

/** Chunks leave as they come: at once and one by one, never in blocks. */
class PaceIT {
  private static final int CHUNKS = 300;

  @Test
  void aChunkLeavesAtOnceAndAlone() throws Exception {
    try (ProviderServer provider = ProviderServer.start();
        Gateway gateway = Gateway.with().provider("openai", provider).start()) {
      provider.always(Script.words(200));
      for (int i = 0; i < 30; i++) {
        gateway.client().stream("openai/gpt-4.1-mini");
      }
      provider.always(Script.HOLD);
      assertThat(Pace.measure(provider, gateway.port(), CHUNKS)).matches(Pace::isLive);
    }
  }
}
