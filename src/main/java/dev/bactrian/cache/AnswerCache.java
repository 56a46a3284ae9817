package dev.bactrian.cache;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers by what was asked and by whom. It holds so many answers and so many bytes, each for so
 * long; the one that was not used for the longest time goes first.
 */
public final class AnswerCache {
  /**
   * An answer.
   *
   * @param stream whether the bytes are a stream's frames, or a whole answer's JSON
   * @param bytes what the client is sent
   */
  public record Entry(boolean stream, byte[] bytes) {}

  private record Held(Entry entry, long until) {}

  private final LongSupplier nanoTime;
  private final Map<String, Held> held = new LinkedHashMap<>(16, 0.75f, true);
  private long maxNanos = TimeUnit.MINUTES.toNanos(10);
  private int maxAnswers = 1000;
  private long maxBytes = 64L << 20;
  private long bytes;

  /** An empty cache. */
  public AnswerCache() {
    this(System::nanoTime);
  }

  AnswerCache(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** For how many seconds an answer is given again. */
  public void setSeconds(long seconds) {
    maxNanos = TimeUnit.SECONDS.toNanos(seconds);
  }

  /** How many answers are held. */
  public void setAnswers(int answers) {
    maxAnswers = answers;
  }

  /** How many bytes all answers together have. */
  public void setBytes(long bytes) {
    maxBytes = bytes;
  }

  /** The longest answer that is worth a place: an eighth of all. */
  int longest() {
    return (int) Math.min(Integer.MAX_VALUE, maxBytes / 8);
  }

  /**
   * A key for a request: the same for the same JSON, however it is written.
   *
   * @param who the client's key, so that no client gets another one's answer
   */
  static String key(String who, byte[] request) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(who.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      byte[] sorted = Json.MAPPER.writeValueAsBytes(sorted(Json.MAPPER.readTree(request)));
      return HexFormat.of().formatHex(digest.digest(sorted));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode sorted(JsonNode node) {
    if (node instanceof ObjectNode object) {
      Map<String, JsonNode> members = new TreeMap<>();
      object.properties().forEach(m -> members.put(m.getKey(), sorted(m.getValue())));
      ObjectNode same = Json.MAPPER.createObjectNode();
      same.setAll(members);
      return same;
    }
    if (node.isArray()) {
      var same = Json.MAPPER.createArrayNode();
      node.forEach(element -> same.add(sorted(element)));
      return same;
    }
    return node;
  }

  /** The answer under a key, null where there is none or it is too old. */
  synchronized @Nullable Entry get(String key) {
    Held found = held.get(key);
    if (found != null && nanoTime.getAsLong() - found.until() >= 0) {
      remove(key);
      return null;
    }
    return found == null ? null : found.entry();
  }

  /** Holds an answer. */
  synchronized void put(String key, Entry entry) {
    remove(key);
    held.put(key, new Held(entry, nanoTime.getAsLong() + maxNanos));
    bytes += entry.bytes().length;
    Iterator<Held> oldest = held.values().iterator();
    while (held.size() > maxAnswers || bytes > maxBytes) {
      bytes -= oldest.next().entry().bytes().length;
      oldest.remove();
    }
  }

  private void remove(String key) {
    Held gone = held.remove(key);
    bytes -= gone == null ? 0 : gone.entry().bytes().length;
  }

  /** How many answers it holds. */
  synchronized int size() {
    return held.size();
  }
}
