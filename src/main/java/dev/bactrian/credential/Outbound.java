package dev.bactrian.credential;

import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringTokenizer;

/** A POST on its way to a provider, while it can still be changed. */
public final class Outbound {
  private static final List<String> PROOFS = List.of("authorization", "key", "token", "secret");
  private static final char DELETE = 0x7f;

  private final URI origin;
  private String pathAndQuery;
  private final Map<String, String> headers = new LinkedHashMap<>();
  private final byte[] body;
  private final List<String> secrets = new ArrayList<>(2);

  /**
   * A request.
   *
   * @param origin scheme, host and port
   * @param pathAndQuery as it goes on the wire, percent-encoded
   * @param body as it goes on the wire
   */
  public Outbound(URI origin, String pathAndQuery, byte[] body) {
    this.origin = origin;
    this.pathAndQuery = pathAndQuery;
    this.body = body;
  }

  /** Scheme, host and port. */
  public URI origin() {
    return origin;
  }

  /** Path and query as they go on the wire. */
  public String pathAndQuery() {
    return pathAndQuery;
  }

  /** The whole address. */
  public URI uri() {
    return origin.resolve(pathAndQuery);
  }

  /** The headers by their names in lower case. */
  public Map<String, String> headers() {
    return headers;
  }

  /** The body. */
  public byte[] body() {
    return body;
  }

  /**
   * Sets a header. What is not ASCII goes as its UTF-8 bytes.
   *
   * @throws UpstreamException when it has a character that ends lines, which no header can carry
   */
  public void header(String name, String value) {
    boolean ascii = true;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < ' ' || c == DELETE) {
        throw UpstreamException.noticed(
            ErrorClass.AUTH,
            "The gateway's credentials for the provider have a control character.");
      }
      ascii &= c < DELETE;
    }
    headers.put(
        name.toLowerCase(Locale.ROOT),
        ascii
            ? value
            : new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
  }

  /** Adds a query parameter that is secret; name and value are percent-encoded already. */
  public void secretQuery(String name, String value) {
    pathAndQuery += (pathAndQuery.indexOf('?') < 0 ? "?" : "&") + name + "=" + value;
    secrets.add(value);
  }

  /** What must not be shown of this request: the proofs in it, made or given. */
  public List<String> secrets() {
    List<String> all = new ArrayList<>(secrets);
    headers.forEach(
        (name, value) -> {
          if (isProof(name)) {
            StringTokenizer words = new StringTokenizer(value);
            while (words.hasMoreTokens()) {
              String word = words.nextToken();
              if (word.length() > 8) {
                all.add(word);
              }
            }
          }
        });
    return all;
  }

  private static boolean isProof(String header) {
    for (String part : PROOFS) {
      if (header.contains(part)) {
        return true;
      }
    }
    return false;
  }
}
