package example;

import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;

/**
 * The application's own routes: one asks the gateway, one a provider's kamelet directly, and two
 * show the gateway's state.
 */
public final class OwnRoutes extends RouteBuilder {
  @Override
  public void configure() {
    from("platform-http:/summary?httpMethodRestrict=POST")
        .routeId("summary")
        .setProperty("model", simple("{{summary.model}}"))
        .process(OwnRoutes::question)
        .to("direct:chat")
        .setBody(jsonpath("$.choices[0].message.content"))
        .setHeader("Content-Type", constant("text/plain"));

    from("platform-http:/title?httpMethodRestrict=POST")
        .routeId("title")
        .setProperty("model", simple("{{title.model}}"))
        .process(OwnRoutes::question)
        .to("kamelet:openai-chat-action")
        .convertBodyTo(String.class)
        .setBody(jsonpath("$.choices[0].message.content"))
        .setHeader("Content-Type", constant("text/plain"));

    from("platform-http:/metrics?httpMethodRestrict=GET")
        .routeId("metrics")
        .setBody(method("metrics", "text()"))
        .setHeader("Content-Type", constant("text/plain; version=0.0.4"));

    from("platform-http:/health?httpMethodRestrict=GET")
        .routeId("health")
        .setBody(method("health", "json"))
        .setHeader("Content-Type", constant("application/json"));
  }

  /** Makes the text in the body a chat request. */
  private static void question(Exchange exchange) {
    String text = exchange.getMessage().getBody(String.class);
    String task = exchange.getFromRouteId().equals("title") ? "Find a title: " : "Summarize: ";
    exchange.getMessage().removeHeaders("*");
    exchange
        .getMessage()
        .setBody(
            Map.of(
                "model",
                exchange.getProperty("model"),
                "messages",
                List.of(Map.of("role", "user", "content", task + text))));
  }
}
