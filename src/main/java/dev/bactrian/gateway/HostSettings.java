package dev.bactrian.gateway;

import java.util.Properties;
import java.util.function.Predicate;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.LoadablePropertiesSource;
import org.apache.camel.spi.PropertiesComponent;
import org.jspecify.annotations.Nullable;

/**
 * The properties of the host's context for an edition: as they were when the edition was made and
 * as they were given, since placeholders in them are the edition's own to resolve.
 */
final class HostSettings implements LoadablePropertiesSource {
  private final PropertiesComponent host;
  private final Properties values;

  HostSettings(CamelContext host) {
    this.host = host.getPropertiesComponent();
    this.values = this.host.loadProperties();
  }

  @Override
  public String getName() {
    return "host";
  }

  @Override
  public @Nullable String getProperty(String name) {
    String value = values.getProperty(name);
    return value == null ? host.resolveProperty(name).orElse(null) : value;
  }

  @Override
  public Properties loadProperties() {
    return loadProperties(name -> true);
  }

  @Override
  public Properties loadProperties(Predicate<String> filter) {
    Properties some = new Properties();
    for (String name : values.stringPropertyNames()) {
      if (filter.test(name)) {
        some.setProperty(name, values.getProperty(name));
      }
    }
    return some;
  }

  @Override
  public void reloadProperties(String location) {}
}
