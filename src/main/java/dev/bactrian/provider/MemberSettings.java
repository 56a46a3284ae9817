package dev.bactrian.provider;

import java.util.Map;

/**
 * One member of a provider's pool: a key, an endpoint or a region.
 *
 * @param name its name, unique in the pool
 * @param weight its share, as compared with the other members'
 * @param limits what the provider allows it
 * @param properties the properties of the kamelet that differ from the provider's; holds secrets
 * @param place what is equal for members at the same endpoint
 */
public record MemberSettings(
    String name, double weight, Limits limits, Map<String, String> properties, String place) {
  @Override
  public String toString() {
    return "MemberSettings[" + name + ", " + properties.keySet() + "]";
  }
}
