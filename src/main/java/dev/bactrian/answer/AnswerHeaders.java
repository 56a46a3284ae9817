package dev.bactrian.answer;

import dev.bactrian.call.ChatCall;
import dev.bactrian.plan.Target;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The headers of an answer: who answered, after how many attempts, what was changed. */
final class AnswerHeaders {
  private static final int LONGEST_CHANGES = 2000;
  private static final Pattern UNPRINTABLE = Pattern.compile("[^ -~]");

  private AnswerHeaders() {}

  static Map<String, String> of(ChatCall call, List<String> changes) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("x-request-id", call.id());
    headers.put("openai-processing-ms", Long.toString(call.elapsedMillis()));
    headers.putAll(call.limits());
    Target target = call.target();
    if (target != null) {
      headers.put("x-bactrian-provider", target.provider());
      headers.put("x-bactrian-model", target.id());
      if (!target.reason().isEmpty()) {
        headers.put("x-bactrian-route", target.reason());
      }
      headers.put("x-bactrian-attempts", Integer.toString(call.attempts().size()));
    }
    if (!changes.isEmpty()) {
      headers.put("x-bactrian-changes", told(changes));
    }
    return headers;
  }

  /** The changes as a header's value; they name members of the request, which may be anything. */
  private static String told(List<String> changes) {
    String all = UNPRINTABLE.matcher(String.join(";", changes)).replaceAll("?");
    return all.length() <= LONGEST_CHANGES ? all : all.substring(0, LONGEST_CHANGES) + "...";
  }

  static Map<String, String> json(ChatCall call, List<String> changes) {
    Map<String, String> headers = of(call, changes);
    headers.put("content-type", "application/json");
    return headers;
  }

  static Map<String, String> stream(ChatCall call, List<String> changes) {
    Map<String, String> headers = of(call, changes);
    headers.put("content-type", "text/event-stream; charset=utf-8");
    headers.put("cache-control", "no-cache");
    headers.put("x-accel-buffering", "no");
    return headers;
  }
}
