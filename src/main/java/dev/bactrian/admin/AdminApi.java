package dev.bactrian.admin;

import dev.bactrian.admin.Operation.Answer;
import dev.bactrian.admin.Operation.Request;
import dev.bactrian.error.ApiException;
import dev.bactrian.json.Json;
import dev.bactrian.key.KeyAdministration;
import dev.bactrian.key.SharedLimits;
import dev.bactrian.limit.Admission;
import dev.bactrian.usage.UsageReports;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The administration's operations, as {@code openapi.json} describes them. */
public final class AdminApi {
  static final String BASE = "/admin/v1";

  private final List<Operation> operations = new ArrayList<>();

  /** The operations over keys and owners, their usage, and the limits of models. */
  public AdminApi(
      KeyAdministration administration,
      SharedLimits shared,
      Admission admission,
      UsageReports reports) {
    operations.add(new Operation("GET", BASE + "/openapi.json", AdminApi::description));
    operations.addAll(new KeyOperations(administration).all());
    operations.addAll(new OwnerOperations(administration).all());
    operations.addAll(new UsageOperations(administration, shared, admission, reports).all());
  }

  /** All operations. */
  List<Operation> operations() {
    return operations;
  }

  /**
   * Answers a request.
   *
   * @throws ApiException when it is wrong or cannot be answered
   */
  Answer answer(Request request) {
    List<String> allowed = new ArrayList<>();
    for (Operation operation : operations) {
      if (operation.isAt(request.path())) {
        if (operation.method().equals(request.method())) {
          return answer(operation, request);
        }
        allowed.add(operation.method());
      }
    }
    if (allowed.isEmpty()) {
      throw new ApiException(
          404,
          "invalid_request_error",
          "unknown_url",
          null,
          "Unknown URL; " + BASE + "/openapi.json lists those that there are.");
    }
    throw new ApiException(
            405, "invalid_request_error", "method_not_allowed", null, "Not allowed here.")
        .header("allow", String.join(", ", allowed));
  }

  private static Answer answer(Operation operation, Request request) {
    if (!request.body().isObject()) {
      throw ApiException.badRequest("invalid_type", null, "The body must be a JSON object.");
    }
    try {
      return operation.work().apply(request);
    } catch (IllegalArgumentException e) {
      throw ApiException.badRequest("invalid_value", null, String.valueOf(e.getMessage()));
    }
  }

  private static Answer description(Request request) {
    try (InputStream in = AdminApi.class.getResourceAsStream("/admin/openapi.json")) {
      return new Answer(200, Json.MAPPER.readTree(Objects.requireNonNull(in)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
