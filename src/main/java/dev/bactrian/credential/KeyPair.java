package dev.bactrian.credential;

/**
 * An id and its secret.
 *
 * @param id not secret, empty where there is none
 * @param secret empty where there is none
 */
record KeyPair(String id, String secret) {
  private static final KeyPair NONE = new KeyPair("", "");

  /**
   * The pair of a text, {@code ID:SECRET}, empty where it is not one: an id has letters and digits
   * only, so that a key with a separator somewhere in it is not taken for a pair.
   *
   * @param separators the characters that may stand between the two
   */
  static KeyPair split(String both, String separators) {
    for (int at = 0; at < both.length(); at++) {
      if (separators.indexOf(both.charAt(at)) >= 0) {
        String id = both.substring(0, at).strip();
        return id.matches("[\\w-]+") ? new KeyPair(id, both.substring(at + 1).strip()) : NONE;
      }
    }
    return NONE;
  }

  boolean isComplete() {
    return !id.isEmpty() && !secret.isEmpty();
  }

  @Override
  public String toString() {
    return "KeyPair[id=" + id + "]";
  }
}
