package dev.bactrian.kit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tests that run a real PostgreSQL and a real Redis or Valkey. Where these are not installed they
 * do not run and say so; with the variable {@code BACTRIAN_TEST_STORES=required}, as in .ci/run,
 * they fail.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsStores.Installed.class)
public @interface NeedsStores {

  /** Whether they are installed. */
  final class Installed implements ExecutionCondition {
    private static final Logger LOG = LoggerFactory.getLogger(NeedsStores.class);

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      String missing = PostgresProcess.installed() == null ? " postgresql" : "";
      missing += RedisProcess.installed() == null ? " redis-server" : "";
      if (missing.isEmpty()) {
        return ConditionEvaluationResult.enabled("they are");
      }
      if ("required".equals(System.getenv("BACTRIAN_TEST_STORES"))) {
        throw new IllegalStateException("Not installed:" + missing);
      }
      String reason = "not installed:" + missing + "; .ci/run installs it";
      LOG.warn("{} DOES NOT RUN, {}", context.getDisplayName(), reason);
      return ConditionEvaluationResult.disabled(reason);
    }
  }
}
