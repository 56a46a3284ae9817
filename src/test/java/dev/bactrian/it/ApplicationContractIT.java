package dev.bactrian.it;

import dev.bactrian.kit.GatewayProcess;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** The application itself. */
class ApplicationContractIT extends HostContract {
  ApplicationContractIT(@TempDir Path folder) throws Exception {
    super(folder);
  }

  @Override
  GatewayProcess start(int port, Map<String, String> environment) {
    Map<String, String> settings = new HashMap<>(environment);
    settings.put("BACTRIAN_PORT", Integer.toString(port));
    return GatewayProcess.start(Path.of(environment.get("BACTRIAN_DATA")), settings);
  }
}
