package dev.bactrian.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.Script;
import java.net.URI;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.Test;

class TokenServiceTest {
  @Test
  void aServiceThatIsSilentIsNotWaitedForLong() {
    try (ProviderServer server = ProviderServer.start().always(Script.HOLD)) {
      TokenService service = new TokenService("Acme", 50);
      HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.baseUrl()));

      UpstreamException failure =
          catchThrowableOfType(UpstreamException.class, () -> service.call(request));

      assertThat(failure.errorClass()).isEqualTo(ErrorClass.TIMEOUT);
      assertThat(failure.reason()).isEqualTo("Acme's token service did not answer in time.");
    }
  }
}
