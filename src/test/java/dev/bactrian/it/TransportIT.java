package dev.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.kit.Gateway;
import io.vertx.core.Vertx;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** On Linux the sockets are epoll's; its library goes with one version of Netty only. */
class TransportIT {
  private static final Set<String> ARCHITECTURES = Set.of("amd64", "aarch64");

  @Test
  void linuxHasItsOwnTransportAndOthersDoWithout() {
    boolean shipped =
        System.getProperty("os.name").equals("Linux")
            && ARCHITECTURES.contains(System.getProperty("os.arch"));
    try (Gateway gateway = Gateway.with().start()) {
      assertThat(gateway.bean("vertx", Vertx.class).isNativeTransportEnabled()).isEqualTo(shipped);
      assertThat(gateway.client().ask("demo/chat").status()).isEqualTo(200);
    }
  }
}
