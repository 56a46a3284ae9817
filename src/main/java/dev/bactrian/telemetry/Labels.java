package dev.bactrian.telemetry;

import java.time.Duration;
import java.util.Arrays;

/**
 * Names of labels, and the fixed buckets of histograms, as OpenTelemetry's conventions have them.
 */
final class Labels {
  static final String OPERATION = "gen_ai.operation.name";
  static final String PROVIDER = "gen_ai.provider.name";
  static final String REQUEST_MODEL = "gen_ai.request.model";
  static final String RESPONSE_MODEL = "gen_ai.response.model";
  static final String TOKEN_TYPE = "gen_ai.token.type";
  static final String ERROR = "error.type";
  static final String STATUS = "http.response.status_code";

  /** The one operation that models are asked for. */
  static final String CHAT = "chat";

  static final double[] TOKENS = {
    1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864
  };
  static final Duration[] DURATIONS =
      millis(10, 20, 40, 80, 160, 320, 640, 1280, 2560, 5120, 10240, 20480, 40960, 81920);
  static final Duration[] FIRST_TOKEN =
      millis(1, 5, 10, 20, 40, 60, 80, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000);
  static final Duration[] PER_TOKEN =
      millis(10, 25, 50, 75, 100, 150, 200, 300, 400, 500, 750, 1000, 2500);

  private Labels() {}

  private static Duration[] millis(long... bounds) {
    return Arrays.stream(bounds).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
  }
}
