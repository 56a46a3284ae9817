package dev.bactrian.gateway;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Component;
import org.apache.camel.spi.BeanRepository;
import org.jspecify.annotations.Nullable;

/**
 * The beans of the host as an edition sees them: all but Camel's components, which belong to one
 * context. Quarkus has them among its beans, and two contexts would share the consumers of {@code
 * direct:}.
 */
final class HostBeans implements BeanRepository {
  private final BeanRepository host;

  HostBeans(BeanRepository host) {
    this.host = host;
  }

  @Override
  public @Nullable Object lookupByName(String name) {
    Object bean = host.lookupByName(name);
    return bean instanceof Component ? null : bean;
  }

  @Override
  public <T> @Nullable T lookupByNameAndType(String name, Class<T> type) {
    T bean = host.lookupByNameAndType(name, type);
    return bean instanceof Component ? null : bean;
  }

  @Override
  public <T> Map<String, T> findByTypeWithName(Class<T> type) {
    Map<String, T> beans = new LinkedHashMap<>(host.findByTypeWithName(type));
    beans.values().removeIf(Component.class::isInstance);
    return beans;
  }

  @Override
  public <T> Set<T> findByType(Class<T> type) {
    Set<T> beans = new LinkedHashSet<>(host.findByType(type));
    beans.removeIf(Component.class::isInstance);
    return beans;
  }
}
