package dev.bactrian.provider;

import dev.bactrian.catalogue.Catalogues;
import dev.bactrian.credential.PlainProperties;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.function.Predicate;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.spi.LoadablePropertiesSource;
import org.jspecify.annotations.Nullable;

/**
 * Makes the providers known to Camel: their settings as properties of the kamelets, their breakers
 * as beans that the routes name.
 */
public final class ProviderBinding implements CamelContextAware {
  private final String config;
  private final Catalogues catalogues;
  private final Breakers breakers;
  private @Nullable CamelContext context;
  private @Nullable Providers providers;

  /**
   * A binding that has bound nothing yet.
   *
   * @param config the configuration folder, blank for none
   */
  public ProviderBinding(String config, Catalogues catalogues, Breakers breakers) {
    this.config = config;
    this.catalogues = catalogues;
    this.breakers = breakers;
  }

  /** Binds; called before the routes are built. */
  public void bind() {
    CamelContext camel = Objects.requireNonNull(context);
    PlainProperties properties = new PlainProperties(camel);
    Providers found =
        new Providers(
            config, catalogues, System.getenv(), name -> properties.get(String.valueOf(name)));
    camel.getPropertiesComponent().addPropertiesSource(new Settings(found.kameletProperties()));
    for (String provider : found.ids()) {
      // The members of a pool have breakers of their own.
      boolean pooled = found.pool(provider) != null;
      camel
          .getRegistry()
          .bind(Breakers.name(provider), pooled ? Breakers.none(provider) : breakers.of(provider));
    }
    providers = found;
  }

  /** The providers that a binding has found. */
  public static Providers providersOf(ProviderBinding binding) {
    return Objects.requireNonNull(binding.providers);
  }

  @Override
  public @Nullable CamelContext getCamelContext() {
    return context;
  }

  @Override
  public void setCamelContext(CamelContext camelContext) {
    this.context = camelContext;
  }

  /** The providers' settings, secrets among them, as a source of properties. */
  private record Settings(Map<String, String> values) implements LoadablePropertiesSource {
    @Override
    public String getName() {
      return "providers";
    }

    @Override
    public @Nullable String getProperty(String name) {
      return values.get(name);
    }

    @Override
    public Properties loadProperties() {
      return loadProperties(name -> true);
    }

    @Override
    public Properties loadProperties(Predicate<String> filter) {
      Properties loaded = new Properties();
      values.forEach(
          (name, value) -> {
            if (filter.test(name)) {
              loaded.setProperty(name, value);
            }
          });
      return loaded;
    }

    @Override
    public void reloadProperties(String location) {}

    @Override
    public String toString() {
      return "Settings" + values.keySet();
    }
  }
}
