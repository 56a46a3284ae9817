package dev.bactrian.upstream;

import dev.bactrian.credential.Credential;
import dev.bactrian.dialect.Dialect;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
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

/** Sends a chat completion to a provider; META-INF describes its options for tools, too. */
@UriEndpoint(
    firstVersion = "0.1.0",
    scheme = "upstream",
    title = "Upstream",
    syntax = "upstream:dialect",
    producerOnly = true,
    category = {Category.AI})
public final class UpstreamEndpoint extends DefaultEndpoint {
  @UriPath(
      description = "How the provider speaks",
      enums = "anthropic,baidu,bedrock,gemini,openai,sensenova")
  @Metadata(required = true)
  private String dialect;

  @UriParam(description = "The provider's base URL, as the SDKs mean it")
  @Metadata(required = true)
  private String baseUrl = "";

  @UriParam(
      description = "What is appended to the base URL; {model} stands for the model's id",
      defaultValue = "/chat/completions")
  private String path = "/chat/completions";

  @UriParam(
      description = "What is appended for a stream; the same as for a whole answer if not set")
  private @Nullable String streamPath;

  @UriParam(
      label = "security",
      description = "Adds what proves who calls, where a header of the message does not")
  private @Nullable Credential credential;

  @UriParam(
      prefix = "quirk.",
      multiValue = true,
      description = "Where the provider departs from its dialect: quirk.NAME=VALUE")
  private Map<String, Object> quirks = new HashMap<>();

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
    URI base = UpstreamConfig.base(baseUrl);
    UpstreamConfig config =
        new UpstreamConfig(
            UpstreamConfig.origin(base),
            UpstreamConfig.path(base, path),
            UpstreamConfig.path(base, streamPath == null ? path : streamPath),
            Dialect.named(dialect, quirks),
            credential,
            connectTimeout,
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

  public @Nullable String getStreamPath() {
    return streamPath;
  }

  public void setStreamPath(@Nullable String streamPath) {
    this.streamPath = streamPath;
  }

  public @Nullable Credential getCredential() {
    return credential;
  }

  public void setCredential(@Nullable Credential credential) {
    this.credential = credential;
  }

  public Map<String, Object> getQuirks() {
    return quirks;
  }

  public void setQuirks(Map<String, Object> quirks) {
    this.quirks = quirks;
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
