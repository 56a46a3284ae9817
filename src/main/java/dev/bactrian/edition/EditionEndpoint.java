package dev.bactrian.edition;

import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;
import org.jspecify.annotations.Nullable;

/** A road of the edition in use. */
@UriEndpoint(
    firstVersion = "0.1.0",
    scheme = "edition",
    title = "Edition",
    syntax = "edition:road",
    producerOnly = true,
    category = {Category.CORE})
public final class EditionEndpoint extends DefaultEndpoint {
  @UriPath(description = "The name of the direct endpoint in the edition")
  @Metadata(required = true)
  private final String road;

  private final @Nullable Editions editions;

  EditionEndpoint(
      String uri, EditionComponent component, String road, @Nullable Editions editions) {
    super(uri, component);
    this.road = road;
    this.editions = editions;
  }

  @Override
  public Producer createProducer() throws Exception {
    return editions == null
        ? getCamelContext().getEndpoint("direct:" + road).createProducer()
        : new EditionProducer(this, editions);
  }

  @Override
  public Consumer createConsumer(Processor processor) {
    throw new IllegalArgumentException("edition: only sends; there is nothing to consume from.");
  }

  /** Sends to whatever edition is in use when the exchange comes. */
  private static final class EditionProducer extends DefaultProducer {
    private final Editions editions;
    private final String road;

    EditionProducer(EditionEndpoint endpoint, Editions editions) {
      super(endpoint);
      this.editions = editions;
      this.road = endpoint.road;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
      Edition edition = editions.enter();
      try {
        edition.run(road, exchange);
      } finally {
        edition.leave();
      }
    }
  }
}
