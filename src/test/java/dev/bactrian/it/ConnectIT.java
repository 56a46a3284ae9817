package dev.bactrian.it;

import static dev.bactrian.kit.ApiClient.question;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.Reply;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A provider that cannot be reached. */
class ConnectIT {
  private static final String MODEL = "openai/gpt-4.1-mini";

  @Test
  void nobodyThereIsKnownAtOnceAndGoesElsewhere() throws Exception {
    int port;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closed.getLocalPort();
    }
    try (ProviderServer qwen = ProviderServer.start();
        Gateway gateway =
            Gateway.with()
                .kamelet("openai", "baseUrl", "http://127.0.0.1:" + port + "/v1")
                .kamelet("openai", "apiKey", "sk-x")
                .provider("qwen", qwen)
                .start()) {
      Reply alone = ErrorsIT.expect(gateway.client().ask(MODEL), 502, "upstream_error");
      assertThat(alone.body()).doesNotContain("127.0.0.1", Integer.toString(port));
      Reply reply =
          gateway.client().chat(question(MODEL, false, ",\"models\":[\"qwen/qwen3-max\"]"));
      assertThat(reply.header("x-bactrian-provider")).isEqualTo("qwen");
    }
  }

  @Test
  void aHostThatDoesNotAcceptIsGivenUpAfterTheConnectTimeout() throws Exception {
    List<Socket> queue = new ArrayList<>();
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Gateway gateway =
            Gateway.with()
                .kamelet("openai", "baseUrl", "http://127.0.0.1:" + full.getLocalPort() + "/v1")
                .kamelet("openai", "apiKey", "sk-x")
                .kamelet("openai", "connectTimeout", "300")
                .set("bactrian.attempts", "1")
                .start()) {
      fill(full, queue);
      long start = System.nanoTime();
      ErrorsIT.expect(gateway.client().ask(MODEL), 504, "upstream_timeout");
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(Duration.ofMillis(300), Duration.ofMillis(1500));
    } finally {
      for (Socket socket : queue) {
        socket.close();
      }
    }
  }

  /** Connects until the system's queue is full and takes no more. */
  private static void fill(ServerSocket server, List<Socket> queue) throws IOException {
    for (int i = 0; i < 50; i++) {
      Socket socket = new Socket();
      queue.add(socket);
      try {
        socket.connect(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort()), 200);
      } catch (SocketTimeoutException e) {
        return;
      }
    }
    throw new AssertionError("The queue of a socket that nobody accepts from never filled up.");
  }
}
