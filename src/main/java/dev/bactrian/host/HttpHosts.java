package dev.bactrian.host;

/** Finds out what serves HTTP. */
public final class HttpHosts {
  private static final String SERVLETS =
      "org.apache.camel.component.platform.http.springboot.PlatformHttpMessage";

  private HttpHosts() {}

  /** The host whose classes are there; servlets, where both kinds' are. */
  public static HttpHost present() {
    try {
      Class.forName(SERVLETS, false, HttpHosts.class.getClassLoader());
      return new ServletHost();
    } catch (ClassNotFoundException e) {
      return new VertxHost();
    }
  }
}
