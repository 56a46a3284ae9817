package dev.bactrian.simulator;

import dev.bactrian.kit.ProviderCall;
import java.io.IOException;
import java.util.Map;

/** Volcengine Ark with an access key, whose secret is exchanged for each endpoint's key. */
public final class BytedanceKeyPairSimulator extends BytedanceSimulator {
  private final VolcengineTokens tokens = new VolcengineTokens();

  @Override
  public String name() {
    return "bytedance-keypair";
  }

  @Override
  public String provider() {
    return "bytedance";
  }

  @Override
  public String model() {
    return "ep-20260101000000-abcde";
  }

  @Override
  public Map<String, String> settings(String base) {
    return Map.of(
        "baseUrl",
        base + "/api/v3",
        "tokenUrl",
        base + "/open",
        "accessKeyId",
        VolcengineTokens.ID,
        "secretAccessKey",
        VolcengineTokens.SECRET);
  }

  @Override
  public boolean expire() {
    tokens.revoke();
    return true;
  }

  @Override
  public void answer(ProviderCall call) throws IOException {
    if (path(call).equals("/open/")) {
      tokens.answer(call);
    } else {
      super.answer(call);
    }
  }

  @Override
  protected boolean isAuthorised(ProviderCall call) {
    String authorization = call.header("authorization");
    return authorization != null
        && authorization.startsWith("Bearer ")
        && call.member("model").equals(tokens.endpoint(authorization.substring(7)));
  }
}
