package dev.bactrian.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import java.util.function.Predicate;
import org.apache.camel.Ordered;
import org.apache.camel.spi.LoadablePropertiesSource;
import org.jspecify.annotations.Nullable;

/** The gateway's settings where nobody has set anything; whatever a host has goes before them. */
public final class DefaultSettings implements LoadablePropertiesSource, Ordered {
  /** The file of the settings, on the class path. */
  public static final String FILE = "bactrian/settings.properties";

  private final Properties values = load();

  /** The settings as they stand in the file, placeholders and all. */
  public static Properties load() {
    Properties properties = new Properties();
    try (InputStream in = DefaultSettings.class.getResourceAsStream("/" + FILE)) {
      if (in != null) {
        properties.load(in);
      }
      return properties;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String getName() {
    return "bactrian";
  }

  @Override
  public @Nullable String getProperty(String name) {
    return values.getProperty(name);
  }

  @Override
  public Properties loadProperties() {
    return loadProperties(name -> true);
  }

  @Override
  public Properties loadProperties(Predicate<String> filter) {
    return HostSettings.matching(values, filter);
  }

  @Override
  public void reloadProperties(String location) {}

  @Override
  public int getOrder() {
    return Ordered.LOWEST;
  }
}
