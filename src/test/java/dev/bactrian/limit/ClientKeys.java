package dev.bactrian.limit;

import dev.bactrian.key.KeyAdministration;
import dev.bactrian.key.Owner;
import dev.bactrian.key.Rules;
import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Keys with rules, and those who call with them. */
final class ClientKeys {
  private ClientKeys() {}

  /** A client whose key has rules, written as JSON. */
  static ApiClient client(Gateway gateway, String rules) {
    return client(gateway, null, rules);
  }

  /** A client whose key belongs to an owner. */
  static ApiClient client(Gateway gateway, @Nullable String owner, String rules) {
    KeyAdministration keys = gateway.bean("keyAdministration", KeyAdministration.class);
    String text = keys.create("a test", owner, null, Rules.read(Reply.json(rules))).text();
    return gateway.client().withKey(text);
  }

  /** Makes an owner. */
  static void owner(Gateway gateway, String id, String rules) {
    gateway
        .bean("keyAdministration", KeyAdministration.class)
        .create(new Owner(id, id, false, Rules.read(Reply.json(rules))));
  }

  /** The answers to so many calls at once. */
  static List<Reply> atOnce(int calls, ApiClient client, String body) {
    List<CompletableFuture<Reply>> running = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      running.add(client.chatting(body));
    }
    return running.stream().map(CompletableFuture::join).toList();
  }

  /** How many of some answers have a status. */
  static long count(List<Reply> replies, int status) {
    return replies.stream().filter(reply -> reply.status() == status).count();
  }
}
