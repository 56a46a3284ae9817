package dev.bactrian.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.admin.Operation.Answer;
import dev.bactrian.admin.Operation.Request;
import dev.bactrian.json.Json;
import dev.bactrian.key.KeyAdministration;
import dev.bactrian.key.KeyAdministration.WithText;
import dev.bactrian.key.Rules;
import dev.bactrian.key.StoredKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The operations on keys. */
final class KeyOperations {
  private static final String KEYS = AdminApi.BASE + "/keys";
  private static final String KEY = KEYS + "/{id}";
  private static final long DAY = 86_400;
  private static final long LONGEST_GRACE = 30 * DAY;

  private final KeyAdministration keys;

  KeyOperations(KeyAdministration keys) {
    this.keys = keys;
  }

  List<Operation> all() {
    return List.of(
        new Operation("POST", KEYS, this::create),
        new Operation("GET", KEYS, this::list),
        new Operation("GET", KEY, request -> new Answer(200, json(keys.key(request.id())))),
        new Operation("PATCH", KEY, this::change),
        new Operation("DELETE", KEY, this::delete),
        new Operation("POST", KEY + "/rotate", this::rotate),
        new Operation("POST", KEY + "/disable", request -> disable(request, true)),
        new Operation("POST", KEY + "/enable", request -> disable(request, false)));
  }

  private Answer create(Request request) {
    Members members = new Members(request.body());
    String name = members.requiredText("name");
    String owner = members.text("owner");
    Long expires = members.moment("expires_at");
    return new Answer(201, json(keys.create(name, owner, expires, members.rules(Rules.NONE))));
  }

  private Answer list(Request request) {
    Map<String, String> query = request.query();
    int limit = Members.limit(query);
    List<StoredKey> found = keys.keys(query.get("owner"), query.getOrDefault("after", ""), limit);
    ObjectNode answer = Json.MAPPER.createObjectNode().put("object", "list");
    var data = answer.putArray("data");
    found.forEach(key -> data.add(json(key)));
    return new Answer(200, answer.put("has_more", found.size() == limit));
  }

  private Answer change(Request request) {
    return new Answer(
        200, json(keys.change(request.id(), key -> changed(key, new Members(request.body())))));
  }

  private static StoredKey changed(StoredKey key, Members members) {
    String name = members.has("name") ? members.requiredText("name") : key.name();
    String owner = members.has("owner") ? members.text("owner") : key.owner();
    boolean disabled = members.has("disabled") ? members.flag("disabled") : key.disabled();
    Long expires = members.has("expires_at") ? members.moment("expires_at") : key.expires();
    return key.with(name, owner, disabled, expires, members.rules(key.rules()));
  }

  private Answer delete(Request request) {
    keys.delete(request.id());
    return OwnerOperations.deleted(request.id(), "key");
  }

  private Answer rotate(Request request) {
    Members members = new Members(request.body());
    long grace = members.number("grace_seconds", DAY, LONGEST_GRACE);
    members.end();
    return new Answer(200, json(keys.rotate(request.id(), grace * 1000)));
  }

  private Answer disable(Request request, boolean off) {
    return new Answer(200, json(keys.change(request.id(), key -> key.disabled(off))));
  }

  private static ObjectNode json(WithText made) {
    return json(made.key()).put("key", made.text());
  }

  private static ObjectNode json(StoredKey key) {
    ObjectNode json = Json.MAPPER.createObjectNode().put("object", "key");
    json.put("id", key.id()).put("name", key.name()).put("owner", key.owner());
    json.put("disabled", key.disabled());
    json.put("created_at", moment(key.created()));
    json.put("expires_at", moment(key.expires()));
    json.put("old_secret_until", moment(key.oldUntil()));
    json.setAll(key.rules().json());
    return json;
  }

  private static @Nullable String moment(@Nullable Long millis) {
    return millis == null ? null : Instant.ofEpochMilli(millis).toString();
  }
}
