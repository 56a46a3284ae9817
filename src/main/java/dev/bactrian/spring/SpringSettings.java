package dev.bactrian.spring;

import java.util.Properties;
import java.util.function.Predicate;
import org.apache.camel.spi.LoadablePropertiesSource;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;

/**
 * Spring's properties that are the gateway's or Camel's: Camel finds those that it asks for by
 * name, and editions need the others, too.
 */
final class SpringSettings implements LoadablePropertiesSource {
  private final ConfigurableEnvironment environment;

  SpringSettings(ConfigurableEnvironment environment) {
    this.environment = environment;
  }

  private static boolean isOurs(String name) {
    return name.startsWith("bactrian.") || name.startsWith("camel.");
  }

  @Override
  public String getName() {
    return "spring";
  }

  @Override
  public @Nullable String getProperty(String name) {
    return isOurs(name) ? environment.getProperty(name) : null;
  }

  @Override
  public Properties loadProperties() {
    return loadProperties(name -> true);
  }

  @Override
  public Properties loadProperties(Predicate<String> filter) {
    Properties found = new Properties();
    for (PropertySource<?> source : environment.getPropertySources()) {
      if (source instanceof EnumerablePropertySource<?> some) {
        for (String name : some.getPropertyNames()) {
          String value = isOurs(name) && filter.test(name) ? environment.getProperty(name) : null;
          if (value != null) {
            found.setProperty(name, value);
          }
        }
      }
    }
    return found;
  }

  @Override
  public void reloadProperties(String location) {}
}
