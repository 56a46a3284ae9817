package dev.bactrian.upstream;

import dev.bactrian.dialect.Dialect;
import dev.bactrian.dialect.Quirks;
import java.util.Arrays;
import java.util.List;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;
import org.jspecify.annotations.Nullable;

/** One provider as the {@code upstream:} component calls it. */
@UriEndpoint(
    firstVersion = "0.1.0",
    scheme = "upstream",
    title = "Upstream",
    syntax = "upstream:dialect",
    producerOnly = true,
    category = {Category.AI})
public final class UpstreamEndpoint extends DefaultEndpoint {
  @UriPath(description = "How the provider speaks", enums = "openai")
  @Metadata(required = true)
  private String dialect;

  @UriParam(description = "The provider's base URL, as the SDKs mean it")
  @Metadata(required = true)
  private String baseUrl = "";

  @UriParam(description = "What is appended to the base URL", defaultValue = "/chat/completions")
  private String path = "/chat/completions";

  @UriParam(
      description = "The member that limits the answer's length; the client's own when not set",
      enums = "max_tokens,max_completion_tokens")
  private @Nullable String maxTokensField;

  @UriParam(description = "Range of temperature, for example 0..2; values outside are clamped")
  private @Nullable String temperature;

  @UriParam(description = "Range of top_p, for example 0.01..1; values outside are clamped")
  private @Nullable String topP;

  @UriParam(description = "Members that the provider does not know, separated by commas")
  private @Nullable String drop;

  @UriParam(description = "Whether developer messages are sent as system messages")
  private boolean systemRole;

  @UriParam(description = "Whether stream_options.include_usage may be sent", defaultValue = "true")
  private boolean streamUsage = true;

  @UriParam(description = "Whether members that are null are left out")
  private boolean dropNulls;

  @UriParam(description = "Milliseconds to connect", defaultValue = "5000")
  private long connectTimeout = 5_000;

  @UriParam(
      description = "Milliseconds from the request to a stream's first content",
      defaultValue = "10000")
  private long firstTokenTimeout = 10_000;

  @UriParam(
      description = "Milliseconds from the request to the end of a whole answer",
      defaultValue = "300000")
  private long replyTimeout = 300_000;

  @UriParam(
      description = "Milliseconds without a byte once a stream has begun",
      defaultValue = "30000")
  private long idleTimeout = 30_000;

  @UriParam(
      description = "Milliseconds for a call that no one else has given a deadline",
      defaultValue = "600000")
  private long callTimeout = 600_000;

  @UriParam(
      label = "advanced",
      description = "The longest whole answer or stream event, in bytes",
      defaultValue = "67108864")
  private int maxReply = 64 * 1024 * 1024;

  UpstreamEndpoint(String uri, UpstreamComponent component, String dialect) {
    super(uri, component);
    this.dialect = dialect;
  }

  @Override
  public Producer createProducer() {
    UpstreamConfig config =
        new UpstreamConfig(
            UpstreamConfig.target(baseUrl, path, connectTimeout),
            Dialect.named(dialect),
            new Quirks(
                maxTokensField,
                Quirks.Range.parse(temperature),
                Quirks.Range.parse(topP),
                names(drop),
                systemRole,
                streamUsage,
                dropNulls),
            firstTokenTimeout,
            replyTimeout,
            idleTimeout,
            maxReply);
    return new UpstreamProducer(this, config);
  }

  @Override
  public Consumer createConsumer(Processor processor) {
    throw new IllegalArgumentException("upstream: only sends; there is nothing to consume from.");
  }

  private static List<String> names(@Nullable String list) {
    return list == null || list.isBlank()
        ? List.of()
        : Arrays.stream(list.split(",")).map(String::strip).filter(s -> !s.isEmpty()).toList();
  }

  UpstreamComponent upstream() {
    return (UpstreamComponent) getComponent();
  }

  long callTimeout() {
    return callTimeout;
  }

  public String getDialect() {
    return dialect;
  }

  public void setDialect(String dialect) {
    this.dialect = dialect;
  }

  public String getBaseUrl() {
    return baseUrl;
  }

  public void setBaseUrl(String baseUrl) {
    this.baseUrl = baseUrl;
  }

  public String getPath() {
    return path;
  }

  public void setPath(String path) {
    this.path = path;
  }

  public @Nullable String getMaxTokensField() {
    return maxTokensField;
  }

  public void setMaxTokensField(@Nullable String maxTokensField) {
    this.maxTokensField = maxTokensField;
  }

  public @Nullable String getTemperature() {
    return temperature;
  }

  public void setTemperature(@Nullable String temperature) {
    this.temperature = temperature;
  }

  public @Nullable String getTopP() {
    return topP;
  }

  public void setTopP(@Nullable String topP) {
    this.topP = topP;
  }

  public @Nullable String getDrop() {
    return drop;
  }

  public void setDrop(@Nullable String drop) {
    this.drop = drop;
  }

  public boolean isSystemRole() {
    return systemRole;
  }

  public void setSystemRole(boolean systemRole) {
    this.systemRole = systemRole;
  }

  public boolean isStreamUsage() {
    return streamUsage;
  }

  public void setStreamUsage(boolean streamUsage) {
    this.streamUsage = streamUsage;
  }

  public boolean isDropNulls() {
    return dropNulls;
  }

  public void setDropNulls(boolean dropNulls) {
    this.dropNulls = dropNulls;
  }

  public long getConnectTimeout() {
    return connectTimeout;
  }

  public void setConnectTimeout(long connectTimeout) {
    this.connectTimeout = connectTimeout;
  }

  public long getFirstTokenTimeout() {
    return firstTokenTimeout;
  }

  public void setFirstTokenTimeout(long firstTokenTimeout) {
    this.firstTokenTimeout = firstTokenTimeout;
  }

  public long getReplyTimeout() {
    return replyTimeout;
  }

  public void setReplyTimeout(long replyTimeout) {
    this.replyTimeout = replyTimeout;
  }

  public long getIdleTimeout() {
    return idleTimeout;
  }

  public void setIdleTimeout(long idleTimeout) {
    this.idleTimeout = idleTimeout;
  }

  public long getCallTimeout() {
    return callTimeout;
  }

  public void setCallTimeout(long callTimeout) {
    this.callTimeout = callTimeout;
  }

  public int getMaxReply() {
    return maxReply;
  }

  public void setMaxReply(int maxReply) {
    this.maxReply = maxReply;
  }
}
