package dev.bactrian.text;

import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces what a pattern matches in a text that comes in pieces, so that the result is the same
 * however the text is split. Text is held back only while it may be the beginning of a match, and
 * never more of it than the longest match that is waited for.
 */
public final class TextFilter {
  /** What a pattern can see of the text before, by looking behind. */
  private static final int BEHIND = 64;

  private final Pattern pattern;
  private final Function<Matcher, String> replacement;
  private final int longest;
  private final StringBuilder text = new StringBuilder();
  private int next;

  /**
   * A filter at the begin of a text.
   *
   * @param pattern does not match the empty text
   * @param replacement what stands for a match
   * @param longest characters of the longest match that is waited for
   */
  public TextFilter(Pattern pattern, Function<Matcher, String> replacement, int longest) {
    this.pattern = pattern;
    this.replacement = replacement;
    this.longest = longest;
  }

  /** Takes the next piece, and gives out what can be given out by now. */
  public String push(String piece) {
    text.append(piece);
    return filtered(false);
  }

  /** The text is over: gives out what was held back. The next piece begins a new text. */
  public String end() {
    String rest = filtered(true);
    text.setLength(0);
    next = 0;
    return rest;
  }

  /** Whether anything is held back. */
  public boolean holds() {
    return next < text.length();
  }

  private String filtered(boolean last) {
    StringBuilder out = new StringBuilder();
    Matcher match = pattern.matcher(text).useTransparentBounds(true).useAnchoringBounds(false);
    int open = -1;
    while (open < 0 && next < text.length()) {
      boolean found = find(match);
      if (!last && match.hitEnd()) {
        open = open(found ? match.start() : text.length());
        found = open < 0 && find(match);
      }
      if (!found) {
        int to = open < 0 ? text.length() : open;
        out.append(text, next, to);
        next = to;
      } else {
        out.append(text, next, match.start()).append(replacement.apply(match));
        next = Math.max(match.end(), match.start() + 1); // a match of nothing would never end
      }
    }
    int done = Math.max(0, next - BEHIND);
    text.delete(0, done);
    next -= done;
    return out.toString();
  }

  private boolean find(Matcher match) {
    return match.region(next, text.length()).find();
  }

  /**
   * The first place up to a given one where a match may begin that is not all there; -1 if none.
   */
  private int open(int upTo) {
    Matcher match = pattern.matcher(text).useTransparentBounds(true).useAnchoringBounds(false);
    int from = Math.max(next, text.length() - longest);
    for (int at = from; at <= upTo && at < text.length(); at++) {
      match.region(at, text.length()).lookingAt();
      if (match.hitEnd()) {
        return at > next && Character.isLowSurrogate(text.charAt(at)) ? at - 1 : at;
      }
    }
    return -1;
  }
}
