package dev.bactrian.dialect;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where an OpenAI-like provider departs from OpenAI. The table in docs/adding-a-provider.md says
 * what each quirk does; lists are of {@link Rule}s, which can be for some models only.
 *
 * @param members which members of the request are sent
 * @param limits which values they may have
 * @param choices which of OpenAI's words are known
 * @param messages how messages have to look
 * @param answers how answers depart from OpenAI's
 */
public record OpenAiQuirks(
    Members members, Limits limits, Choices choices, Messages messages, Answers answers) {

  /**
   * Members of the request.
   *
   * @param dropNulls whether those that are {@code null} are left out
   * @param streamUsage whether {@code stream_options.include_usage} may be sent
   * @param gather requests that are sent as streams though a whole answer is wanted
   * @param keep those that are known, empty for any; others are left out
   * @param drop those that are left out; a path such as {@code tools.function.strict} goes inside
   * @param rename those that have another name
   * @param add those that are sent where the client has not set them
   * @param models other ids of models, such as the names of deployments
   * @param routing whether {@code provider}, which the gateway reads, is sent, too
   */
  record Members(
      boolean dropNulls,
      boolean streamUsage,
      List<Rule> gather,
      List<String> keep,
      List<Rule> drop,
      List<Rule> rename,
      List<Rule> add,
      Map<String, String> models,
      boolean routing) {}

  /**
   * Numbers.
   *
   * @param maxTokensField the member that limits the answer's length, null to leave the client's
   * @param bounds ranges that values are clamped to; of those for a member the first that fits
   * @param stop how many stop texts, and how long
   */
  record Limits(@Nullable String maxTokensField, List<Bound> bounds, StopLimit stop) {}

  /**
   * Words. An empty list stands for all that OpenAI has.
   *
   * @param toolChoices what {@code tool_choice} may be; {@code named} is a certain function
   * @param formats which types {@code response_format} may have
   * @param efforts other words for those of {@code reasoning_effort}; {@code -} leaves it out
   */
  record Choices(List<Rule> toolChoices, List<Rule> formats, List<Rule> efforts) {}

  /**
   * Messages.
   *
   * @param systemRole whether {@code developer} messages are sent as {@code system}
   * @param shortCallIds whether ids of tool calls have nine letters and digits
   * @param blankContent whether an empty text of the assistant is sent as a blank
   */
  record Messages(boolean systemRole, boolean shortCallIds, boolean blankContent) {}

  /**
   * Answers.
   *
   * @param errorCodes what the provider's codes mean
   * @param reasoningApart whether thoughts may be in the total of tokens only
   * @param thinkTags whether thoughts may come as {@code <think>..</think>} before the text
   */
  record Answers(ErrorCodes errorCodes, boolean reasoningApart, boolean thinkTags) {}

  /** A provider that is as OpenAI. */
  public static final OpenAiQuirks NONE = of(new Options(Map.of()));

  /** The id by which the provider knows a model. */
  String modelId(String model) {
    return members.models().getOrDefault(model, model);
  }

  /** Reads them as a kamelet gives them. */
  static OpenAiQuirks of(Options options) {
    return new OpenAiQuirks(
        new Members(
            options.flag("dropNulls", false),
            options.flag("streamUsage", true),
            options.rules("gather"),
            options.names("keep"),
            options.rules("drop"),
            options.rules("rename"),
            Rule.list(options.text("add"), ';'),
            options.pairs("models"),
            options.flag("routing", false)),
        new Limits(
            options.text("maxTokensField"),
            bounds(options),
            StopLimit.of((int) options.number("stop", -1), options.text("stopLength"))),
        new Choices(
            options.rules("toolChoices"), options.rules("formats"), options.rules("efforts")),
        new Messages(
            options.flag("systemRole", false),
            options.flag("shortCallIds", false),
            options.flag("blankContent", false)),
        new Answers(
            ErrorCodes.of(options.rules("errorCodes")),
            options.flag("reasoningApart", false),
            options.flag("thinkTags", false)));
  }

  private static List<Bound> bounds(Options options) {
    return Stream.of(
            Bound.list("temperature", options, "temperature"),
            Bound.list("top_p", options, "topP"),
            Bound.list("n", options, "n"),
            Bound.list("max_tokens", options, "maxTokens"),
            Bound.list("presence_penalty", options, "presencePenalty"),
            Bound.list("frequency_penalty", options, "frequencyPenalty"))
        .flatMap(List::stream)
        .toList();
  }
}
