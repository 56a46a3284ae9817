package dev.bactrian.simulator;

import dev.bactrian.kit.ProviderCall;
import java.io.IOException;
import java.util.Map;

/** The open models on Vertex AI, behind its OpenAI-compatible endpoint. */
public final class VertexOpenAiSimulator extends OpenAiSimulator {
  private final GoogleTokens tokens = new GoogleTokens();

  @Override
  public String name() {
    return "vertex-openai";
  }

  @Override
  public String provider() {
    return "vertex";
  }

  @Override
  public String model() {
    return "meta/llama-4-maverick-17b-128e-instruct-maas";
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

  @Override
  protected String chatPath() {
    return "/v1beta1" + VertexSimulator.PLACE + "/endpoints/openapi/chat/completions";
  }

  @Override
  protected boolean isAuthorised(ProviderCall call) {
    return tokens.isGood(call);
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
