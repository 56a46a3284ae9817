package dev.bactrian.edition;

import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.DefaultComponent;

/**
 * The {@code edition:} component: {@code edition:chat} sends to {@code direct:chat} of the edition
 * in use. Where there are no {@link Editions}, as in a host that loads the routes into its own
 * context, it is {@code direct:chat} of that context.
 */
@org.apache.camel.spi.annotations.Component("edition")
public final class EditionComponent extends DefaultComponent {
  @Override
  protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
    Editions editions = CamelContextHelper.findSingleByType(getCamelContext(), Editions.class);
    return new EditionEndpoint(uri, this, remaining, editions);
  }
}
