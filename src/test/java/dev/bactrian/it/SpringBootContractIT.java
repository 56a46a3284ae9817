package dev.bactrian.it;

import dev.bactrian.kit.Examples;
import dev.bactrian.kit.GatewayProcess;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Spring Boot application on servlets: examples/spring-boot. */
class SpringBootContractIT extends HostContract {
  SpringBootContractIT(@TempDir Path folder) throws Exception {
    super(folder);
  }

  @Override
  GatewayProcess start(int port, Map<String, String> environment) {
    Map<String, String> settings = new HashMap<>(environment);
    settings.put("PORT", Integer.toString(port));
    return GatewayProcess.host(port, settings, "-jar", Examples.jar("spring-boot"));
  }

  @Test
  void routesOfTheApplicationShowTheGatewaysState() {
    showsItsState();
  }
}
