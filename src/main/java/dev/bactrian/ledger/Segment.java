package dev.bactrian.ledger;

import java.nio.file.Path;

/** One file of the journal. */
final class Segment {
  private final Path file;
  private final boolean damaged;
  private volatile long committed;
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
    this.committed = sound;
    this.sealed = true;
  }

  Path file() {
    return file;
  }

  /** How many of its bytes are safe on the disk. */
  long committed() {
    return committed;
  }

  void committed(long bytes) {
    committed = bytes;
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
    return sealed && delivered >= committed;
  }

  /** Whether there are bytes in it that are no record. */
  boolean isDamaged() {
    return damaged;
  }
}
