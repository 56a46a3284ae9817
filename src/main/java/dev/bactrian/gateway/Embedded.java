package dev.bactrian.gateway;

import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;

/**
 * Adds the gateway to the context of an application on Camel Main: {@code
 * camel.main.configuration-classes = dev.bactrian.gateway.Embedded}.
 */
public final class Embedded implements CamelConfiguration {
  @Override
  public void configure(CamelContext context) throws Exception {
    BactrianGateway.addTo(context);
  }
}
