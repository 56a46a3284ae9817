package dev.bactrian.dialect;

/**
 * Tells thoughts from text where a model writes {@code <think>thoughts</think>text}. The text comes
 * in pieces that may be cut anywhere; tags that come later are text.
 */
final class ThinkTags {
  private static final String OPEN = "<think>";
  private static final String CLOSE = "</think>";

  private enum Place {
    BEFORE,
    THOUGHTS,
    BETWEEN,
    TEXT
  }

  /** What a piece was found to be. */
  record Part(String thoughts, String text) {
    private static final Part NOTHING = new Part("", "");

    Part plus(Part more) {
      return new Part(thoughts + more.thoughts, text + more.text);
    }
  }

  private Place place = Place.BEFORE;
  private boolean thought;
  private String held = "";

  /** Both parts of a whole text. */
  static Part split(String whole) {
    ThinkTags tags = new ThinkTags();
    return tags.read(whole).plus(tags.finish());
  }

  /** Whether all that comes is text. */
  boolean isDone() {
    return place == Place.TEXT;
  }

  /** Reads a piece; what could still be the beginning of a tag is held back. */
  Part read(String piece) {
    String rest = held + piece;
    held = "";
    return switch (place) {
      case BEFORE -> before(rest);
      case THOUGHTS -> thoughts(rest);
      case BETWEEN -> between(rest);
      case TEXT -> new Part("", rest);
    };
  }

  /** Nothing more comes: gives what was held back. */
  Part finish() {
    String rest = held;
    held = "";
    return place == Place.THOUGHTS ? new Part(rest, "") : new Part("", rest);
  }

  private Part before(String rest) {
    String begun = rest.stripLeading();
    if (begun.startsWith(OPEN)) {
      place = Place.THOUGHTS;
      return thoughts(begun.substring(OPEN.length()));
    }
    if (OPEN.startsWith(begun)) {
      held = rest;
      return Part.NOTHING;
    }
    place = Place.TEXT;
    return new Part("", rest);
  }

  private Part thoughts(String rest) {
    String begun = thought ? rest : rest.stripLeading();
    int close = begun.indexOf(CLOSE);
    if (close >= 0) {
      place = Place.BETWEEN;
      return new Part(begun.substring(0, close), "")
          .plus(between(begun.substring(close + CLOSE.length())));
    }
    int end = begun.length() - tail(begun);
    held = begun.substring(end);
    thought |= end > 0;
    return new Part(begun.substring(0, end), "");
  }

  private Part between(String rest) {
    String begun = rest.stripLeading();
    if (!begun.isEmpty()) {
      place = Place.TEXT;
    }
    return new Part("", begun);
  }

  /** How many characters at the end could be the beginning of the closing tag. */
  private static int tail(String text) {
    for (int length = Math.min(CLOSE.length() - 1, text.length()); length > 0; length--) {
      if (CLOSE.startsWith(text.substring(text.length() - length))) {
        return length;
      }
    }
    return 0;
  }
}
