package dev.bactrian.edition;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How the last edit of the configuration went. */
public final class ConfigStatus {
  private record State(int edition, Instant since, @Nullable ConfigProblem problem, Instant at) {}

  private volatile State state = new State(1, Instant.now(), null, Instant.now());

  /** A new edition is in use. */
  synchronized void accepted() {
    Instant now = Instant.now();
    state = new State(state.edition + 1, now, null, now);
  }

  /** An edit was not taken over. */
  synchronized void rejected(ConfigProblem problem) {
    state = new State(state.edition, state.since, problem, Instant.now());
  }

  /** The number of the edition in use, 1 for that of the start. */
  public int edition() {
    return state.edition;
  }

  /** Whether the last edit was not taken over. */
  public boolean isRejected() {
    return state.problem != null;
  }

  /**
   * The status as JSON: which edition is in use since when, and what is wrong with a later edit.
   */
  public String json() {
    State now = state;
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("status", now.problem == null ? "ok" : "edit_rejected");
    json.put("edition", now.edition).put("in_use_since", now.since.toString());
    ConfigProblem problem = now.problem;
    if (problem != null) {
      json.putObject("error")
          .put("file", problem.file())
          .put("line", problem.line() == 0 ? null : problem.line())
          .put("message", problem.message())
          .put("at", now.at.toString());
    }
    return json.toString();
  }
}
