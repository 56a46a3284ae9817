package dev.bactrian.spring;

import dev.bactrian.gateway.BactrianGateway;
import org.apache.camel.CamelContext;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Adds the gateway to the Camel context of a Spring Boot application that has this library, unless
 * {@code bactrian.enabled} is false.
 */
@AutoConfiguration
@ConditionalOnClass(CamelContextConfiguration.class)
@ConditionalOnProperty(name = "bactrian.enabled", matchIfMissing = true)
public class BactrianAutoConfiguration {
  /** Adds it before the context starts. */
  @Bean
  public CamelContextConfiguration bactrianGateway(ConfigurableEnvironment environment) {
    return new CamelContextConfiguration() {
      @Override
      public void beforeApplicationStart(CamelContext context) {
        context.getPropertiesComponent().addPropertiesSource(new SpringSettings(environment));
        try {
          BactrianGateway.addTo(context);
        } catch (RuntimeException e) {
          throw e;
        } catch (Exception e) {
          throw new IllegalStateException("The gateway cannot be added", e);
        }
      }

      @Override
      public void afterApplicationStart(CamelContext context) {}
    };
  }
}
