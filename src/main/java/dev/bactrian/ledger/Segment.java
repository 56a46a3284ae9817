package dev.bactrian.ledger;

import java.nio.file.Path;

/** One file of the journal. */
final class Segment {
  private final Path file;
  private final boolean damaged;
  private volatile long written;
  private volatile boolean sealed;
  private volatile long delivered;

  /** A file that is being written. */
  Segment(Path file) {
    this.file = file;
    this.damaged = false;
  }

  /** A file that another process has left behind, sound up to some place. */
  Segment(Path file, long sound, boolean damaged) {
    this.file = file;
    this.damaged = damaged;
    this.written = sound;
    this.sealed = true;
  }

  Path file() {
    return file;
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
