package dev.bactrian.sse;

/** Splits the bytes of a stream into events, in whatever framing a provider uses. */
public interface EventReader {
  /**
   * Reads on.
   *
   * @return false when an event is longer than the limit or the framing is broken; the reader is of
   *     no use then
   */
  boolean read(byte[] bytes);

  /** The bytes are over: an event that only lacks its end is handed out. */
  void finish();
}
