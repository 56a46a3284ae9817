package dev.bactrian.it;

import dev.bactrian.kit.GatewayProcess;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/**
 * A Quarkus application: examples/quarkus, built by hand as its README says. CI does not run this,
 * for not all of camel-quarkus can be had everywhere: {@code mvn verify -Dit.test=QuarkusContract
 * -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false}.
 */
class QuarkusContract extends HostContract {
  QuarkusContract(@TempDir Path folder) throws Exception {
    super(folder);
  }

  @Override
  GatewayProcess start(int port, Map<String, String> environment) {
    Map<String, String> settings = new HashMap<>(environment);
    settings.put("PORT", Integer.toString(port));
    return GatewayProcess.host(port, settings, "-jar", "examples/quarkus/target/quarkus.jar");
  }
}
