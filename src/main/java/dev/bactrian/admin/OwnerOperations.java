package dev.bactrian.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.admin.Operation.Answer;
import dev.bactrian.admin.Operation.Request;
import dev.bactrian.json.Json;
import dev.bactrian.key.KeyAdministration;
import dev.bactrian.key.Owner;
import dev.bactrian.key.Rules;
import java.util.List;

/** The operations on owners. */
final class OwnerOperations {
  private static final String OWNERS = AdminApi.BASE + "/owners";
  private static final String OWNER = OWNERS + "/{id}";

  private final KeyAdministration owners;

  OwnerOperations(KeyAdministration owners) {
    this.owners = owners;
  }

  List<Operation> all() {
    return List.of(
        new Operation("POST", OWNERS, this::create),
        new Operation("GET", OWNERS, this::list),
        new Operation("GET", OWNER, request -> new Answer(200, json(owners.owner(request.id())))),
        new Operation("PATCH", OWNER, this::change),
        new Operation("DELETE", OWNER, this::delete));
  }

  private Answer create(Request request) {
    Members members = new Members(request.body());
    String id = members.requiredText("id");
    String name = members.has("name") ? members.requiredText("name") : id;
    Owner owner = new Owner(id, name, false, members.rules(Rules.NONE));
    return new Answer(201, json(owners.create(owner)));
  }

  private Answer list(Request request) {
    int limit = Members.limit(request.query());
    List<Owner> found = owners.owners(request.query().getOrDefault("after", ""), limit);
    ObjectNode answer = Json.MAPPER.createObjectNode().put("object", "list");
    var data = answer.putArray("data");
    found.forEach(owner -> data.add(json(owner)));
    return new Answer(200, answer.put("has_more", found.size() == limit));
  }

  private Answer change(Request request) {
    return new Answer(
        200,
        json(
            owners.changeOwner(
                request.id(), owner -> changed(owner, new Members(request.body())))));
  }

  private static Owner changed(Owner owner, Members members) {
    String name = members.has("name") ? members.requiredText("name") : owner.name();
    boolean disabled = members.has("disabled") ? members.flag("disabled") : owner.disabled();
    return new Owner(owner.id(), name, disabled, members.rules(owner.rules()));
  }

  private Answer delete(Request request) {
    owners.deleteOwner(request.id());
    return deleted(request.id(), "owner");
  }

  static Answer deleted(String id, String what) {
    return new Answer(
        200, Json.MAPPER.createObjectNode().put("object", what).put("id", id).put("deleted", true));
  }

  private static ObjectNode json(Owner owner) {
    ObjectNode json = Json.MAPPER.createObjectNode().put("object", "owner");
    json.put("id", owner.id()).put("name", owner.name()).put("disabled", owner.disabled());
    json.setAll(owner.rules().json());
    return json;
  }
}
