package dev.bactrian.key;

import dev.bactrian.key.Rules.ModelLimits;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Limits of models for the calls of all keys together: those that an administrator has stored, else
 * those of the settings.
 */
public final class SharedLimits {
  private volatile List<ModelLimits> given = List.of();
  private volatile List<ModelLimits> limits = given;
  private volatile List<Bound> bounds = List.of();

  /**
   * The limits of the settings. Not a constructor's, for to these Camel before 4.18 gives no JSON.
   *
   * @param settings a JSON array, blank for none
   * @throws IllegalArgumentException with what is wrong
   */
  public void setGiven(String settings) {
    try {
      given = Rules.modelLimits(settings);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("BACTRIAN_MODEL_LIMITS: " + e.getMessage());
    }
    limits = given;
    bounds = Bound.of(given);
  }

  /** The limits that hold now. */
  public List<ModelLimits> limits() {
    return limits;
  }

  /** The same, as calls are bound by them. */
  public List<Bound> bounds() {
    return bounds;
  }

  void refresh(Connection connection) throws SQLException {
    @Nullable String stored = KeyTable.modelLimits(connection);
    List<ModelLimits> now = stored == null ? given : Rules.modelLimits(stored);
    if (!now.equals(limits)) {
      limits = now;
      bounds = Bound.of(now);
    }
  }
}
