package dev.bactrian.gateway;

import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.camel.CamelContext;
import org.apache.camel.support.PropertyBindingSupport;
import org.apache.camel.util.StringHelper;
import org.jspecify.annotations.Nullable;

/**
 * Camel's usual properties for the components, data formats and languages of an operator's routes,
 * {@code camel.component.kafka.brokers} or {@code CAMEL_COMPONENT_KAFKA_BROKERS}: a context that
 * nobody's Camel Main or Spring Boot has made does not take them by itself.
 */
final class ComponentSettings {
  private final CamelContext context;
  private final Map<String, String> environment;

  ComponentSettings(CamelContext context, Map<String, String> environment) {
    this.context = context;
    this.environment = environment;
  }

  /**
   * Sets them all, the environment's last.
   *
   * @throws IllegalArgumentException when one names what is not there
   */
  void bind() {
    Map<String, String> settings = new TreeMap<>();
    for (Kind kind : Kind.values()) {
      Properties given =
          context.getPropertiesComponent().loadProperties(name -> name.startsWith(kind.prefix));
      given.stringPropertyNames().forEach(name -> settings.put(name, given.getProperty(name)));
    }
    environment.forEach(
        (variable, value) -> {
          String name = variable.toLowerCase(Locale.ROOT).replace('_', '.');
          Kind kind = Kind.of(name);
          if (kind != null) {
            fromEnvironment(kind, name.substring(kind.prefix.length()), value);
          }
        });
    settings.forEach(
        (name, value) -> {
          Kind kind = Kind.of(name);
          String rest = kind == null ? "" : name.substring(kind.prefix.length());
          int dot = rest.indexOf('.');
          if (kind != null && dot > 0) {
            set(name, kind.find(context, rest.substring(0, dot)), rest.substring(dot + 1), value);
          }
        });
  }

  /** Names of components may have dashes, and so may options: the longest name that is one wins. */
  private void fromEnvironment(Kind kind, String rest, String value) {
    for (int dot = rest.lastIndexOf('.'); dot > 0; dot = rest.lastIndexOf('.', dot - 1)) {
      Object target = kind.find(context, rest.substring(0, dot).replace('.', '-'));
      if (target != null) {
        set(kind.prefix + rest, target, rest.substring(dot + 1).replace(".", ""), value);
        return;
      }
    }
  }

  private void set(String name, @Nullable Object target, String option, String value) {
    if (target == null) {
      throw new IllegalArgumentException(name + " is set, and there is nothing of that name.");
    }
    PropertyBindingSupport.build()
        .withMandatory(true)
        .withIgnoreCase(true)
        .bind(context, target, StringHelper.dashToCamelCase(option), value);
  }

  private enum Kind {
    COMPONENT("camel.component."),
    DATAFORMAT("camel.dataformat."),
    LANGUAGE("camel.language.");

    private final String prefix;

    Kind(String prefix) {
      this.prefix = prefix;
    }

    static @Nullable Kind of(String property) {
      for (Kind kind : values()) {
        if (property.startsWith(kind.prefix)) {
          return kind;
        }
      }
      return null;
    }

    @Nullable Object find(CamelContext context, String name) {
      try {
        return switch (this) {
          case COMPONENT -> context.getComponent(name, true, false);
          case DATAFORMAT -> context.resolveDataFormat(name);
          case LANGUAGE -> context.resolveLanguage(name);
        };
      } catch (RuntimeException e) {
        return null; // Camel's word for a language that is not there
      }
    }
  }
}
