package dev.bactrian.kit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes spans by OTLP over HTTP. The numbers are those of opentelemetry-proto's trace.proto. */
public final class OtlpReceiver implements AutoCloseable {
  /** A span as it came; attributes as text. */
  public record Span(
      String trace,
      String id,
      String parent,
      String name,
      long kind,
      long start,
      long end,
      long status,
      Map<String, String> attributes) {}

  private final HttpServer server;
  private final List<Span> spans = new CopyOnWriteArrayList<>();
  private final List<Map<String, String>> resources = new CopyOnWriteArrayList<>();

  /** Listens on a free port. */
  public OtlpReceiver() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/v1/traces", this::take);
    server.start();
  }

  /** What OTEL_EXPORTER_OTLP_ENDPOINT is to be. */
  public String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** All that came so far. */
  public List<Span> spans() {
    return spans;
  }

  /** The attributes of who sent them. */
  public List<Map<String, String>> resources() {
    return resources;
  }

  private void take(HttpExchange exchange) throws IOException {
    Wire request = new Wire(exchange.getRequestBody().readAllBytes());
    for (Wire ofResource : request.all(1)) {
      resources.add(attributes(ofResource.all(1).get(0), 1));
      for (Wire ofScope : ofResource.all(2)) {
        ofScope.all(2).forEach(span -> spans.add(span(span)));
      }
    }
    exchange.sendResponseHeaders(200, -1);
    exchange.close();
  }

  private static Span span(Wire span) {
    List<Wire> status = span.all(15);
    return new Span(
        span.hex(1),
        span.hex(2),
        span.hex(4),
        span.text(5),
        span.number(6),
        span.number(7),
        span.number(8),
        status.isEmpty() ? 0 : status.get(0).number(3),
        attributes(span, 9));
  }

  private static Map<String, String> attributes(Wire of, int field) {
    Map<String, String> attributes = new TreeMap<>();
    for (Wire attribute : of.all(field)) {
      Wire value = attribute.all(2).get(0);
      List<String> values = new ArrayList<>();
      value.all(1).forEach(text -> values.add(text.text()));
      if (values.isEmpty()) {
        values.add(Long.toString(Math.max(value.number(2), value.number(3))));
      }
      attributes.put(attribute.text(1), values.get(0));
    }
    return attributes;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
