package dev.bactrian.credential;

import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.PropertiesComponent;
import org.apache.camel.spi.PropertiesFunction;
import org.jspecify.annotations.Nullable;

/**
 * Camel's properties as they were given, those of the kamelet that is being made before the
 * application's. Camel itself looks for placeholders inside of values; here only a value that is
 * one as a whole, such as <code>{{env:MY_KEY}}</code>, is looked up.
 */
public final class PlainProperties {
  private static final int DEEPEST = 5;

  private final PropertiesComponent component;
  private final @Nullable Properties local;
  private final Properties global;

  /** The properties as they are now. */
  public PlainProperties(CamelContext context) {
    this.component = context.getPropertiesComponent();
    this.local = component.getLocalProperties();
    this.global = component.loadProperties();
  }

  /** The value of that name, null where there is none. */
  public @Nullable String get(String name) {
    Object value = local == null ? null : local.get(name);
    return resolved(value == null ? global.getProperty(name) : value.toString(), 0);
  }

  private @Nullable String resolved(@Nullable String given, int depth) {
    if (given == null || depth > DEEPEST || !given.matches("\\{\\{[^{}]+}}")) {
      return given;
    }
    String inner = given.substring(2, given.length() - 2);
    int colon = inner.indexOf(':');
    String key = colon < 0 ? inner : inner.substring(0, colon);
    String rest = colon < 0 ? null : inner.substring(colon + 1);
    PropertiesFunction function = rest == null ? null : component.getPropertiesFunction(key);
    if (function != null) {
      return function.apply(rest);
    }
    String value = global.getProperty(key);
    return value != null ? resolved(value, depth + 1) : rest != null ? rest : given;
  }
}
