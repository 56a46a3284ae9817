package dev.bactrian.simulator;

import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.Script;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Baidu's token service of version 1. See https://cloud.baidu.com/doc/WENXINWORKSHOP. */
public final class BaiduTokens implements Script {
  /** The application's key. */
  public static final String KEY = "simulatedApplicationKey";

  /** The application's secret, with what has to be encoded in a query. */
  public static final String SECRET = Secret.of("simulated+Application&Secret");

  private final AtomicInteger issued = new AtomicInteger();
  private final Set<String> tokens = ConcurrentHashMap.newKeySet();

  /** Whether a token was issued and not revoked. */
  public boolean isValid(String token) {
    return tokens.contains(token);
  }

  /** Takes back all tokens. */
  public void revoke() {
    tokens.clear();
  }

  /** How many tokens were issued. */
  public int issued() {
    return issued.get();
  }

  @Override
  public void answer(ProviderCall call) throws IOException {
    if (!"client_credentials".equals(call.query("grant_type"))
        || !call.requestLine().startsWith("POST ")) {
      call.json(400, "{\"error\":\"unsupported_grant_type\"}");
    } else if (!KEY.equals(call.query("client_id"))) {
      call.json(401, "{\"error\":\"invalid_client\",\"error_description\":\"unknown client id\"}");
    } else if (!SECRET.equals(call.query("client_secret"))) {
      call.json(
          401,
          "{\"error\":\"invalid_client\",\"error_description\":\"Client authentication failed\"}");
    } else {
      String token = "24.simulated." + issued.incrementAndGet() + ".2592000";
      tokens.add(token);
      call.json(200, "{\"access_token\":\"" + token + "\",\"expires_in\":2592000}");
    }
  }
}
