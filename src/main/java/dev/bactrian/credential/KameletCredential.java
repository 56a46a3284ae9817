package dev.bactrian.credential;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.jspecify.annotations.Nullable;

/**
 * A kamelet's credential, made of the kamelet's properties by their names: their values stand
 * neither in the template nor in a message, where Camel would read some characters as its own and
 * tools would show them. A bean of the template, with {@code init} as its init method:
 *
 * <pre>
 * scheme: header, or a name of {@link Credential#named}
 * header: what HeaderCredential sends, "Authorization: Bearer {apiKey}"
 * query: likewise, "GroupId={groupId}"
 * reads: the properties that any other scheme is made of, "apiKey, region"
 * </pre>
 */
public final class KameletCredential implements Credential, CamelContextAware {
  private static final String HEADER = "header";

  private @Nullable CamelContext context;
  private String scheme = HEADER;
  private String header = "";
  private String query = "";
  private String reads = "";
  private @Nullable Settings settings;
  private @Nullable Credential credential;

  /** Sets what kind of credential it is. */
  public void setScheme(String scheme) {
    this.scheme = scheme;
  }

  /** Sets the header that is sent. */
  public void setHeader(String header) {
    this.header = header;
  }

  /** Sets the parameter of the query that is sent. */
  public void setQuery(String query) {
    this.query = query;
  }

  /** Sets which properties are read, separated by commas. */
  public void setReads(String reads) {
    this.reads = reads;
  }

  /**
   * Reads the properties, while Camel makes the kamelet's route.
   *
   * @throws IllegalArgumentException when they do not do
   */
  public void init() {
    boolean fixed = scheme.equals(HEADER);
    List<String> names =
        fixed
            ? HeaderCredential.properties(header, query)
            : List.of(reads.strip().split("\\s*,\\s*"));
    PlainProperties properties = new PlainProperties(Objects.requireNonNull(context));
    Settings read =
        new Settings(
            names.stream()
                .distinct()
                .collect(
                    Collectors.toMap(
                        Function.identity(),
                        name -> Objects.requireNonNullElse(properties.get(name), ""))));
    credential = fixed ? new HeaderCredential(header, query, read) : Credential.named(scheme, read);
    settings = read;
  }

  private Credential made() {
    return Objects.requireNonNull(credential, "initMethod: init");
  }

  @Override
  public @Nullable String sign(Outbound request) {
    return made().sign(request);
  }

  @Override
  public boolean renew(String refused) {
    return made().renew(refused);
  }

  @Override
  public String api() {
    return made().api();
  }

  /** Whether these credentials are for that one of the provider's APIs. */
  public boolean calls(String api) {
    return api().equals(api);
  }

  @Override
  public List<String> secrets() {
    return Objects.requireNonNull(settings).secrets();
  }

  @Override
  public @Nullable CamelContext getCamelContext() {
    return context;
  }

  @Override
  public void setCamelContext(CamelContext camelContext) {
    this.context = camelContext;
  }

  /** What kind it is, and nothing of what it holds. */
  @Override
  public String toString() {
    return "KameletCredential[" + scheme + "]";
  }
}
