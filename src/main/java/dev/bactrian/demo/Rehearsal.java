package dev.bactrian.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** A few calls of the demo provider through a running gateway. */
public final class Rehearsal {
  private Rehearsal() {}

  /**
   * Calls the gateway the way clients do: whole, streamed, and failing.
   *
   * @param baseUrl the gateway's
   * @param key a client key
   */
  public static void run(String baseUrl, String key) throws IOException, InterruptedException {
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest.Builder request = HttpRequest.newBuilder().header("authorization", "Bearer " + key);
    send(client, request.uri(URI.create(baseUrl + "/models")).GET());
    request
        .uri(URI.create(baseUrl + "/chat/completions"))
        .header("content-type", "application/json");
    for (String model : new String[] {"demo/chat", "demo/unreliable", "demo/unknown"}) {
      for (boolean stream : new boolean[] {false, true}) {
        String body =
            "{\"model\":\"%s\",\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"
                .formatted(model, stream);
        send(client, request.POST(HttpRequest.BodyPublishers.ofString(body)));
      }
    }
  }

  private static void send(HttpClient client, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
