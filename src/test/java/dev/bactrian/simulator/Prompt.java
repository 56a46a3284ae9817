package dev.bactrian.simulator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a stand-in has understood of a request, and what its model makes of it. */
public final class Prompt {
  private static final Pattern COUNT = Pattern.compile("count to (\\d+)");

  private final StringBuilder system = new StringBuilder();
  private final List<String> results = new ArrayList<>();
  private final List<String> tools = new ArrayList<>();
  private String user = "";
  private int words;
  private int images;
  private boolean toolTurn;
  private boolean json;
  private boolean thinking;
  private long maxTokens = Long.MAX_VALUE;
  private List<String> stop = List.of();

  /** Something that the system says. */
  public Prompt system(String text) {
    system.append(system.isEmpty() ? "" : " ").append(text);
    words += count(text);
    return this;
  }

  /** Something that the user says. */
  public Prompt user(String text) {
    user = text;
    toolTurn = false;
    results.clear();
    words += count(text);
    return this;
  }

  /** Something that the model said before. */
  public Prompt assistant(String text) {
    words += count(text);
    return this;
  }

  /** A picture from the user. */
  public Prompt image() {
    images++;
    words += 10;
    return this;
  }

  /** What a tool gave back. */
  public Prompt result(String text) {
    results.add(text);
    toolTurn = true;
    words += count(text);
    return this;
  }

  /** A tool that the model may, and therefore will, call; none where the client forbids it. */
  public Prompt tool(String name) {
    tools.add(name);
    return this;
  }

  /** The answer has to be JSON. */
  public Prompt json() {
    json = true;
    return this;
  }

  /** The model should show its thoughts. */
  public Prompt thinking() {
    thinking = true;
    return this;
  }

  /** The most tokens that the answer may have. */
  public Prompt maxTokens(long limit) {
    maxTokens = limit;
    return this;
  }

  /** Texts that end the answer. */
  public Prompt stop(List<String> texts) {
    stop = List.copyOf(texts);
    return this;
  }

  /** What the user has said last. */
  public String lastUser() {
    return user;
  }

  /** How the provider is asked to fail, null if it is not. */
  public @Nullable Failure failure() {
    return Failure.in(user);
  }

  /**
   * A call of a tool.
   *
   * @param arguments JSON
   */
  public record Call(String name, String arguments) {}

  /**
   * What the model says.
   *
   * @param reasoning its thoughts, empty where it shows none
   * @param pieces its text, in the pieces in which it is streamed; put together they are the text
   * @param calls the tools that it calls
   * @param cutShort whether the limit of tokens has ended it
   * @param promptTokens tokens in, one for each word
   * @param reasoningTokens tokens of its thoughts
   * @param completionTokens tokens out, thoughts included
   */
  public record Answer(
      String reasoning,
      List<String> pieces,
      List<Call> calls,
      boolean cutShort,
      int promptTokens,
      int reasoningTokens,
      int completionTokens) {
    /** The whole text. */
    public String text() {
      return String.join("", pieces);
    }
  }

  /** The model's answer, always the same for the same prompt. */
  public Answer answer() {
    List<Call> calls = calls();
    List<String> pieces = calls.isEmpty() ? pieces(text()) : List.of();
    String reasoning = thinking ? "Let me think." : "";
    boolean cutShort = pieces.size() > maxTokens;
    if (cutShort) {
      pieces = pieces.subList(0, (int) maxTokens);
    }
    int thoughts = count(reasoning);
    int out = pieces.size() + 5 * calls.size() + thoughts;
    return new Answer(reasoning, pieces, calls, cutShort, words, thoughts, out);
  }

  private List<Call> calls() {
    if (tools.isEmpty() || toolTurn) {
      return List.of();
    }
    String arguments = "{\"city\":\"Zürich\",\"days\":3}";
    return user.contains("both") && tools.size() > 1
        ? List.of(new Call(tools.get(0), arguments), new Call(tools.get(1), "{}"))
        : List.of(new Call(tools.get(0), arguments));
  }

  private String text() {
    if (toolTurn) {
      return "The tools said: " + String.join(" and ", results);
    }
    if (json) {
      return "{\"answer\": \"yes\"}";
    }
    Matcher count = COUNT.matcher(user);
    if (count.find()) {
      StringBuilder numbers = new StringBuilder("1");
      for (int i = 2; i <= Integer.parseInt(count.group(1)); i++) {
        numbers.append(' ').append(i);
      }
      return ended(numbers.toString());
    }
    String seen = images == 0 ? "" : " and show " + images + " images";
    String told = system.isEmpty() ? "" : "[" + system + "] ";
    return ended(told + "You say: " + user + seen + " 🐫");
  }

  private String ended(String text) {
    String rest = text;
    for (String end : stop) {
      int at = rest.indexOf(end);
      rest = at < 0 ? rest : rest.substring(0, at);
    }
    return rest;
  }

  private static List<String> pieces(String text) {
    return Arrays.asList(text.split("(?<= )"));
  }

  private static int count(String text) {
    return text.isBlank() ? 0 : text.strip().split("\\s+").length;
  }
}
