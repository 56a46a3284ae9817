package dev.bactrian.simulator;

import dev.bactrian.kit.ProviderCall;
import java.io.IOException;
import java.util.Map;

/**
 * Gemini on Vertex AI, with the token service that it trusts. See
 * https://cloud.google.com/vertex-ai/docs/reference/rest.
 */
public final class VertexSimulator extends GeminiSimulator {
  static final String PLACE = "/projects/simulated-project/locations/europe-west4";

  private final GoogleTokens tokens = new GoogleTokens();

  /** What every variant of Vertex AI is given. */
  static Map<String, String> settingsAt(String base) {
    return Map.of(
        "baseUrl",
        base + "/v1",
        "project",
        "simulated-project",
        "location",
        "europe-west4",
        "serviceAccountKey",
        GoogleTokens.keyFile(base + "/token"));
  }

  /** The token service. */
  public GoogleTokens tokens() {
    return tokens;
  }

  @Override
  public String name() {
    return "vertex";
  }

  @Override
  public boolean expire() {
    tokens.expireAll();
    return true;
  }

  @Override
  public Map<String, String> settings(String base) {
    return settingsAt(base);
  }

  @Override
  protected String root() {
    return "/v1" + PLACE + "/publishers/google";
  }

  @Override
  protected boolean isVertex() {
    return true;
  }

  @Override
  protected boolean isAuthorised(ProviderCall call) {
    return tokens.isGood(call);
  }

  @Override
  protected void unauthorised(ProviderCall call) throws IOException {
    error(
        call,
        401,
        "UNAUTHENTICATED",
        "Request had invalid authentication credentials. Expected OAuth 2 access token.");
  }

  @Override
  public void answer(ProviderCall call) throws IOException {
    if (path(call).equals("/token")) {
      tokens.answer(call);
    } else {
      super.answer(call);
    }
  }
}
