package dev.bactrian.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import org.apache.camel.spi.PropertiesComponent;

/** The gateway's settings where nobody has set anything. */
public final class DefaultSettings {
  /** The file of the settings, on the class path. */
  public static final String FILE = "bactrian/settings.properties";

  private DefaultSettings() {}

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

  /** Adds them to a host's properties, all of which go before them, wherever they come from. */
  static void addTo(PropertiesComponent host) {
    Properties present = host.loadProperties();
    Properties settings = load();
    for (String name : settings.stringPropertyNames()) {
      if (present.getProperty(name) == null) {
        host.addInitialProperty(name, settings.getProperty(name)); // Camel asks these last
      }
    }
  }
}
