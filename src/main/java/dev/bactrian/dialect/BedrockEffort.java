package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;

/**
 * {@code reasoning_effort} of models on Bedrock that are not Anthropic's: each maker has a member
 * of its own for it among {@code additionalModelRequestFields}. See
 * https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-openai.html and
 * https://docs.aws.amazon.com/nova/latest/nova2-userguide/extended-thinking.html.
 */
final class BedrockEffort {
  private static final String EFFORT = "reasoning_effort";

  /** The newer models of OpenAI know all words but {@code minimal}. */
  private static final String OPENAI = "reasoning.effort";

  /** Amazon's think only if they are told to, and then take no limits with {@code high}. */
  private static final String NOVA = "reasoningConfig.maxReasoningEffort";

  private final ObjectNode in;
  private final ObjectNode fields;
  private final Set<String> changes;

  /**
   * The effort of a request.
   *
   * @param in the client's request; what is dealt with is taken out of it
   * @param fields the model's own members
   */
  BedrockEffort(ObjectNode in, ObjectNode fields, Set<String> changes) {
    this.in = in;
    this.fields = fields;
    this.changes = changes;
  }

  /**
   * Puts it into the model's terms.
   *
   * @param places where models have it: {@code reasoning_effort@*gpt-oss*}
   */
  void translate(List<Rule> places, String model) {
    for (Rule place : places) {
      if (place.models() == null || place.models().contain(model)) {
        if (in.hasNonNull(EFFORT)) {
          put(place.name(), in.remove(EFFORT).asText());
        }
        return;
      }
    }
  }

  private void put(String place, String asked) {
    if (asked.equals("none") && place.equals(NOVA)) {
      return;
    }
    String word = word(place, asked);
    String top = place.substring(0, place.indexOf('.') < 0 ? place.length() : place.indexOf('.'));
    if (word.equals("none") && !place.equals(OPENAI) || fields.has(top)) {
      changes.add(EFFORT + "=dropped");
      return;
    }
    if (!word.equals(asked)) {
      changes.add(EFFORT + "=" + word);
    }
    ObjectNode holder = top.equals(place) ? fields : fields.putObject(top);
    holder.put(place.substring(place.lastIndexOf('.') + 1), word);
    if (place.equals(NOVA)) {
      holder.put("type", "enabled");
      if (word.equals("high")) {
        dropSampling();
      }
    }
  }

  private String word(String place, String asked) {
    boolean limited = in.hasNonNull("max_tokens") || in.hasNonNull("max_completion_tokens");
    return switch (asked) {
      case "minimal" -> "low";
      case "high", "xhigh", "max" ->
          place.equals(OPENAI) ? asked : place.equals(NOVA) && limited ? "medium" : "high";
      default -> asked;
    };
  }

  private void dropSampling() {
    for (String name : List.of("temperature", "top_p")) {
      if (in.hasNonNull(name)) {
        in.remove(name);
        changes.add(name + "=dropped");
      }
    }
  }
}
