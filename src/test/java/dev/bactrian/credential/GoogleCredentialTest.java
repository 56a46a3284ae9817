package dev.bactrian.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.simulator.GoogleTokens;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoogleCredentialTest {
  private final GoogleTokens tokens = new GoogleTokens();
  private final ProviderServer server = ProviderServer.start().always(tokens::answer);
  private final String keyFile = GoogleTokens.keyFile(server.baseUrl() + "/token");
  private final TestClock clock = new TestClock(System.currentTimeMillis());
  private final GoogleCredential credential = with("", keyFile, "");

  @AfterEach
  void stop() {
    server.close();
  }

  private GoogleCredential with(String file, String key, String accessToken) {
    Settings settings =
        Signed.settings(
            "credentialsFile", file, "serviceAccountKey", key, "accessToken", accessToken);
    return new GoogleCredential(settings, clock);
  }

  private static Outbound outbound() {
    return new Outbound(URI.create("http://127.0.0.1:1"), "/x", new byte[0]);
  }

  private static String authorization(GoogleCredential credential) {
    Outbound outbound = outbound();
    credential.sign(outbound);
    return String.valueOf(outbound.headers().get("authorization"));
  }

  private static UpstreamException failure(GoogleCredential credential) {
    return catchThrowableOfType(UpstreamException.class, () -> credential.sign(outbound()));
  }

  @Test
  void aTokenIsFetchedOnceAndServesUntilItIsNearItsEnd() {
    assertThat(authorization(credential)).isEqualTo("Bearer ya29.simulated-1");
    clock.forward(TimeUnit.MINUTES.toMillis(45));
    assertThat(authorization(credential)).isEqualTo("Bearer ya29.simulated-1");
    clock.forward(TimeUnit.MINUTES.toMillis(10));
    assertThat(authorization(credential)).isEqualTo("Bearer ya29.simulated-2");
  }

  @Test
  void manyWhoNeedOneFetchOne() {
    List<CompletableFuture<String>> all =
        IntStream.range(0, 20)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> authorization(credential)))
            .toList();
    assertThat(all)
        .allSatisfy(each -> assertThat(each.join()).isEqualTo("Bearer ya29.simulated-1"));
    assertThat(tokens.issued()).isEqualTo(1);
  }

  @Test
  void aRefusedTokenIsRenewed() {
    String refused = String.valueOf(credential.sign(outbound()));
    assertThat(credential.renew(refused)).isTrue();
    assertThat(credential.renew(refused)).isTrue();
    assertThat(authorization(credential)).isEqualTo("Bearer ya29.simulated-2");
    assertThat(credential.renew(refused)).isTrue();
    assertThat(authorization(credential)).isEqualTo("Bearer ya29.simulated-2");
  }

  @Test
  void aFileIsReadAnewForEachToken(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("key.json");
    GoogleCredential byFile = with(file.toString(), "", "");
    assertThat(failure(byFile).errorClass()).isEqualTo(ErrorClass.AUTH);
    assertThat(failure(byFile).reason()).doesNotContain(file.toString());
    Files.writeString(file, keyFile);
    assertThat(authorization(byFile)).isEqualTo("Bearer ya29.simulated-1");
  }

  @Test
  void aGivenTokenIsUsedAsItIs() {
    GoogleCredential given = with("", "", "ya29.${x}{{y}}#{z}");
    assertThat(authorization(given)).isEqualTo("Bearer ya29.${x}{{y}}#{z}");
    assertThat(given.sign(outbound())).as("nothing to renew").isNull();
    assertThat(tokens.issued()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "{}", "{\"type\":\"service_account\"}", "{\"type\":\"other\"}"})
  void whatIsNoKeyIsRefused(String key) {
    assertThat(failure(with("", key, "")).errorClass()).isEqualTo(ErrorClass.AUTH);
  }

  @ParameterizedTest
  @CsvSource({
    "400,AUTH",
    "401,AUTH",
    "403,AUTH",
    "429,RATE",
    "500,SERVER",
    "503,SERVER",
    "504,TIMEOUT"
  })
  void aTokenServiceThatFailsIsToldWithoutItsWords(int status, ErrorClass expected) {
    server.always(call -> call.json(status, "{\"error\":\"" + GoogleTokens.EMAIL + "\"}"));
    UpstreamException failure = failure(credential);
    assertThat(failure.errorClass()).isEqualTo(expected);
    assertThat(failure.reason())
        .isEqualTo("Google's token service answered with HTTP status " + status + ".");
    assertThat(server.count()).as("tried once").isEqualTo(1);
  }

  @Test
  void aTokenServiceThatIsAwayIsAFailureOfTheServer() {
    server.close();
    assertThat(failure(credential).errorClass()).isEqualTo(ErrorClass.SERVER);
  }

  @Test
  void aTokenThatLivesShortlyServesForHalfOfItsLife() {
    tokens.lifetime(60);
    assertThat(authorization(credential)).isEqualTo("Bearer ya29.simulated-1");
    clock.forward(20_000);
    assertThat(authorization(credential)).isEqualTo("Bearer ya29.simulated-1");
    clock.forward(25_000);
    assertThat(authorization(credential)).isEqualTo("Bearer ya29.simulated-2");
  }
}
