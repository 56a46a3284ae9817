package dev.bactrian.plan;

import java.util.regex.Pattern;

/**
 * Decides what {@code auto} means for a request that names no policy: the task whose models should
 * answer. The bean {@code autoTask} is one of these; another one can take its place.
 */
@FunctionalInterface
public interface AutoTask {
  /** The task of {@code routing.yaml} that a request looks like. */
  String of(Needs needs);

  /** Goes by pictures, tools, code, the wish for a translation, length. */
  final class ByLooks implements AutoTask {
    private static final int LONG = 2_000;
    private static final Pattern CODE =
        Pattern.compile(
            "```|\\b(function|class|def|import|SELECT|stack ?trace|exception|compile|refactor"
                + "|regex|python|java|javascript|typescript|rust|golang|sql|bash)\\b",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern TRANSLATION =
        Pattern.compile(
            "\\b(translate|translation|übersetz\\w*|traduis\\w*|traduce\\w*)\\b|翻译|翻譯|翻訳",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern THOUGHT =
        Pattern.compile(
            "\\b(prove|proof|derive|step by step|why|how many|calculate|solve|plan)\\b|证明|推理|为什么",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern STORY =
        Pattern.compile(
            "\\b(story|poem|haiku|lyrics|novel|slogan|creative)\\b|故事|诗", Pattern.CASE_INSENSITIVE);

    @Override
    public String of(Needs needs) {
      String text = needs.lastUser();
      if (needs.images()) {
        return "vision";
      }
      if (needs.tools()) {
        return "agent_tool";
      }
      if (CODE.matcher(text).find()) {
        return "code";
      }
      if (TRANSLATION.matcher(text).find()) {
        return "translation";
      }
      if (STORY.matcher(text).find()) {
        return "creative";
      }
      if (needs.promptTokens() > LONG || THOUGHT.matcher(text).find()) {
        return "reasoning";
      }
      return "fast_chat";
    }
  }
}
