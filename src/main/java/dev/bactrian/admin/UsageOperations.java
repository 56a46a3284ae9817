package dev.bactrian.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.admin.Operation.Answer;
import dev.bactrian.admin.Operation.Request;
import dev.bactrian.error.ApiException;
import dev.bactrian.json.Json;
import dev.bactrian.key.Bound;
import dev.bactrian.key.KeyAdministration;
import dev.bactrian.key.Rules;
import dev.bactrian.key.SharedLimits;
import dev.bactrian.limit.Admission;
import dev.bactrian.usage.UsageCsv;
import dev.bactrian.usage.UsageLine;
import dev.bactrian.usage.UsageParameters;
import dev.bactrian.usage.UsageQuery;
import dev.bactrian.usage.UsageReports;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was used and what is left, and the limits of models for all keys. */
final class UsageOperations {
  private static final Logger LOG = LoggerFactory.getLogger(UsageOperations.class);

  private static final String LIMITS = AdminApi.BASE + "/limits";

  private final KeyAdministration administration;
  private final SharedLimits shared;
  private final Admission admission;
  private final UsageReports reports;

  UsageOperations(
      KeyAdministration administration,
      SharedLimits shared,
      Admission admission,
      UsageReports reports) {
    this.administration = administration;
    this.shared = shared;
    this.admission = admission;
    this.reports = reports;
  }

  List<Operation> all() {
    return List.of(
        new Operation("GET", AdminApi.BASE + "/usage", this::usage),
        new Operation("GET", AdminApi.BASE + "/keys/{id}/budget", this::budgetOfKey),
        new Operation("GET", AdminApi.BASE + "/owners/{id}/budget", this::budgetOfOwner),
        new Operation("GET", LIMITS, request -> limits()),
        new Operation("PUT", LIMITS, this::share));
  }

  private Answer usage(Request request) {
    Map<String, String> parameters = new LinkedHashMap<>(request.query());
    String format = parameters.remove("format");
    if (format != null && !format.equals("csv") && !format.equals("json")) {
      throw new IllegalArgumentException("'format' is json or csv.");
    }
    UsageQuery query = UsageParameters.forAdministrators(parameters);
    try {
      List<UsageLine> lines = reports.of(query);
      return "csv".equals(format) ? csv(query, lines) : json(query, lines);
    } catch (SQLException | IOException e) {
      LOG.warn("Usage cannot be read: {}", e.toString());
      throw new ApiException(
          503, "service_unavailable_error", "usage_unavailable", null, "Usage cannot be read now.");
    }
  }

  private static Answer csv(UsageQuery query, List<UsageLine> lines) {
    byte[] text = UsageCsv.of(query.groups(), lines).getBytes(StandardCharsets.UTF_8);
    return new Answer(200, "text/csv; charset=utf-8", text);
  }

  private static Answer json(UsageQuery query, List<UsageLine> lines) {
    ObjectNode answer = Json.MAPPER.createObjectNode().put("object", "usage");
    answer.put("start", query.start() == null ? null : query.start().toString());
    answer.put("end", query.end() == null ? null : query.end().toString());
    var data = answer.putArray("data");
    lines.forEach(line -> data.add(line.json()));
    return new Answer(200, answer);
  }

  private Answer budgetOfKey(Request request) {
    Rules rules = administration.key(request.id()).rules();
    return budget(request.id(), Bound.key(request.id()), rules);
  }

  private Answer budgetOfOwner(Request request) {
    Rules rules = administration.owner(request.id()).rules();
    return budget(request.id(), Bound.owner(request.id()), rules);
  }

  private Answer budget(String id, String subject, Rules rules) {
    ObjectNode json = Json.MAPPER.createObjectNode().put("object", "budget").put("id", id);
    json.put("time_zone", rules.timeZone());
    json.set("budget", Json.MAPPER.valueToTree(rules.budget()));
    json.set("spent", admission.spent(subject, rules).json());
    return new Answer(200, json);
  }

  private Answer limits() {
    ObjectNode json = Json.MAPPER.createObjectNode().put("object", "limits");
    json.set("model_limits", Rules.json(shared.limits()));
    return new Answer(200, json);
  }

  private Answer share(Request request) {
    Members members = new Members(request.body());
    List<Rules.ModelLimits> limits = members.modelLimits();
    members.end();
    administration.share(limits);
    return limits();
  }
}
