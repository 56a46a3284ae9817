package dev.bactrian.ledger;

import java.nio.file.Path;

/** One file of the journal that has rows to be delivered. */
final class Segment {
  private final Path file;
  private final long number;
  private final boolean damaged;
  private volatile long written;
  private volatile boolean sealed;
  private volatile long delivered;

  /**
   * A file that is being written.
   *
   * @param number the files' order
   */
  Segment(Path file, long number) {
    this(file, number, false);
  }

  private Segment(Path file, long number, boolean damaged) {
    this.file = file;
    this.number = number;
    this.damaged = damaged;
  }

  /** A file that another process has left behind, sound up to some place. */
  Segment(Path file, long number, long sound, boolean damaged) {
    this(file, number, damaged);
    this.written = sound;
    this.sealed = true;
  }

  Path file() {
    return file;
  }

  long number() {
    return number;
  }

  /** How many of its bytes are written, so that they outlive the process. */
  long written() {
    return written;
  }

  void written(long bytes) {
    written = bytes;
  }

  /** How many of its bytes are in the database. */
  long delivered() {
    return delivered;
  }

  void delivered(long bytes) {
    delivered = bytes;
  }

  /** Nothing more is written to it. */
  void seal() {
    sealed = true;
  }

  /** Whether it has been written, and all of it delivered. */
  boolean isDone() {
    return sealed && delivered >= written;
  }

  /** Whether there are bytes in it that are no record. */
  boolean isDamaged() {
    return damaged;
  }
}
