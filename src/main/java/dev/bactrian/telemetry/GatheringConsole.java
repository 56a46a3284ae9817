package dev.bactrian.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.encoder.Encoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Writes the log to the standard output, the lines of a few milliseconds at a time: a write for
 * each is a twentieth of what a call costs. A line that comes alone is written at once, a warning
 * with all that came before it, and so is everything once the process ends.
 */
public final class GatheringConsole extends UnsynchronizedAppenderBase<ILoggingEvent> {
  private static final long GATHER_MILLIS = 5;

  /** As much waits at most, in bytes; whoever brings more waits for the output. */
  private static final int MOST = 1 << 20;

  private final ReentrantLock lock = new ReentrantLock();
  private final ReentrantLock writing = new ReentrantLock();
  private final Condition more = lock.newCondition();
  private ByteArrayOutputStream waiting = new ByteArrayOutputStream();
  private ByteArrayOutputStream spare = new ByteArrayOutputStream();
  private boolean idle;
  private boolean ending;
  private @Nullable Encoder<ILoggingEvent> encoder;
  private @Nullable Thread writer;
  private @Nullable Thread hook;

  /** How an event becomes a line. */
  public void setEncoder(Encoder<ILoggingEvent> encoder) {
    this.encoder = encoder;
  }

  @Override
  public void start() {
    if (encoder == null) {
      addError("No encoder is set for the appender " + name);
      return;
    }
    writer = new Thread(this::write, "log");
    writer.setDaemon(true);
    writer.start();
    hook = new Thread(this::end, "log-end");
    Runtime.getRuntime().addShutdownHook(hook);
    super.start();
  }

  @Override
  public void stop() {
    super.stop();
    end();
    try {
      if (hook != null) {
        Runtime.getRuntime().removeShutdownHook(hook);
      }
    } catch (IllegalStateException e) {
      // The JVM ends already.
    }
  }

  @Override
  protected void append(ILoggingEvent event) {
    if (encoder == null) {
      return;
    }
    byte[] line = encoder.encode(event);
    boolean now;
    lock.lock();
    try {
      waiting.write(line, 0, line.length);
      now = ending || event.getLevel().isGreaterOrEqual(Level.WARN) || waiting.size() > MOST;
      if (idle && !now) {
        more.signal();
      }
    } finally {
      lock.unlock();
    }
    if (now) {
      flush();
    }
  }

  private void write() {
    while (await()) {
      flush();
    }
  }

  /** Waits until there is something to write after a while; false once all is written at once. */
  private boolean await() {
    lock.lock();
    try {
      if (!ending) {
        more.await(GATHER_MILLIS, TimeUnit.MILLISECONDS);
      }
      idle = true;
      while (!ending && waiting.size() == 0) {
        more.await();
      }
      idle = false;
      return !ending;
    } catch (InterruptedException e) {
      ending = true;
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** From now on nothing waits. */
  private void end() {
    lock.lock();
    try {
      ending = true;
      more.signalAll();
    } finally {
      lock.unlock();
    }
    flush();
  }

  private void flush() {
    writing.lock();
    try {
      ByteArrayOutputStream lines;
      lock.lock();
      try {
        lines = waiting;
        waiting = spare;
      } finally {
        lock.unlock();
      }
      spare = lines;
      // As it is now: whoever replaces it wants the log, too.
      lines.writeTo(System.out);
      System.out.flush();
      lines.reset();
    } catch (IOException e) {
      addError("The log cannot be written", e); // no PrintStream throws it
    } finally {
      writing.unlock();
    }
  }
}
