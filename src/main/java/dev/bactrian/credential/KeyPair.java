package dev.bactrian.credential;

/**
 * An id and its secret.
 *
 * @param id not secret, empty where there is none
 * @param secret empty where there is none
 */
record KeyPair(String id, String secret) {
  /**
   * The pair as it is given in two settings, or in one with a separator.
   *
   * @param id empty where it is not given
   * @param secret empty where it is not given
   * @param both {@code ID:SECRET}, or something else
   */
  static KeyPair of(String id, String secret, String both, char separator) {
    if (!id.isBlank() && !secret.isBlank()) {
      return new KeyPair(id.strip(), secret.strip());
    }
    int at = both.indexOf(separator);
    return at < 0
        ? new KeyPair("", "")
        : new KeyPair(both.substring(0, at).strip(), both.substring(at + 1).strip());
  }

  boolean isComplete() {
    return !id.isEmpty() && !secret.isEmpty();
  }

  @Override
  public String toString() {
    return "KeyPair[id=" + id + "]";
  }
}
