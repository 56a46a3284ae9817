package dev.bactrian.simulator;

import dev.bactrian.kit.ProviderCall;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Claude on Vertex AI: Anthropic's Messages with the model in the path and the version inside. */
public final class VertexClaudeSimulator extends AnthropicSimulator {
  private static final String MODELS =
      "/v1" + VertexSimulator.PLACE + "/publishers/anthropic/models/";

  private final GoogleTokens tokens = new GoogleTokens();

  @Override
  public String name() {
    return "vertex-claude";
  }

  @Override
  public String provider() {
    return "vertex";
  }

  @Override
  public String model() {
    return "claude-sonnet-4-6";
  }

  @Override
  public boolean expire() {
    tokens.expireAll();
    return true;
  }

  @Override
  public Map<String, String> settings(String base) {
    return VertexSimulator.settingsAt(base);
  }

  private String decodedPath(ProviderCall call) {
    return URLDecoder.decode(path(call), StandardCharsets.UTF_8);
  }

  @Override
  protected boolean isMessages(ProviderCall call) {
    boolean stream = call.json().path("stream").asBoolean();
    return decodedPath(call).startsWith(MODELS)
        && decodedPath(call).endsWith(stream ? ":streamRawPredict" : ":rawPredict");
  }

  @Override
  protected boolean isAuthorised(ProviderCall call) {
    return tokens.isGood(call) && call.header("x-api-key") == null;
  }

  @Override
  protected @Nullable String versionRefusal(ProviderCall call) {
    if (call.json().has("model")) {
      return "model: Extra inputs are not permitted";
    }
    return call.member("anthropic_version").equals("vertex-2023-10-16")
        ? null
        : "anthropic_version: Field required";
  }

  @Override
  protected String modelId(ProviderCall call) {
    String path = decodedPath(call);
    return path.substring(MODELS.length(), path.lastIndexOf(':'));
  }

  @Override
  protected Set<String> moreMembers() {
    return Set.of("anthropic_version");
  }

  @Override
  public void answer(ProviderCall call) throws IOException {
    if (path(call).equals("/token")) {
      tokens.answer(call);
    } else if (!isAuthorised(call)) {
      call.json(
          401,
          "{\"error\":{\"code\":401,\"message\":\"Request had invalid authentication credentials.\","
              + "\"status\":\"UNAUTHENTICATED\"}}");
    } else {
      super.answer(call);
    }
  }
}
