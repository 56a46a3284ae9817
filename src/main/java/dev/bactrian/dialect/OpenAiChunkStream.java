package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.chat.TokenMeter;
import dev.bactrian.chat.Usage;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.json.Json;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A stream in OpenAI's form: a regular chunk is passed on byte for byte, an irregular one is
 * mended, one that cannot be read is skipped.
 */
final class OpenAiChunkStream implements ChunkStream {
  private static final byte[] PREFIX = "data: ".getBytes(StandardCharsets.UTF_8);
  private static final byte[] SUFFIX = "\n\n".getBytes(StandardCharsets.UTF_8);
  private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.UTF_8);

  private final ChunkMender mender;
  private final OpenAiQuirks.Answers quirks;
  private final boolean includeUsage;
  private final TokenMeter meter = new TokenMeter();
  private final AlikeChunk alike = new AlikeChunk(meter);
  private Buffer out = Buffer.buffer();
  private boolean committed;
  private boolean ended;
  private int skipped;
  private @Nullable ObjectNode usageChunk;
  private @Nullable Usage usage;
  private @Nullable String finishReason;
  private @Nullable UpstreamException failure;

  OpenAiChunkStream(String model, boolean includeUsage, OpenAiQuirks.Answers quirks) {
    this.mender = new ChunkMender(model, quirks.thinkTags());
    this.quirks = quirks;
    this.includeUsage = includeUsage;
  }

  @Override
  public void event(@Nullable String name, byte[] bytes, int offset, int length) {
    if (ended) {
      return;
    }
    if (isDone(bytes, offset, length)) {
      complete();
      return;
    }
    OpenAiChunk chunk = alike.find(bytes, offset, length);
    try {
      chunk = chunk == null ? OpenAiChunk.read(bytes, offset, length, meter) : chunk;
    } catch (IOException e) {
      skipped++;
      return;
    }
    if (chunk.object) {
      chunk(chunk, bytes, offset, length);
    } else {
      skipped++;
    }
  }

  private void chunk(OpenAiChunk chunk, byte[] bytes, int offset, int length) {
    if (chunk.error) {
      fail(
          OpenAiErrors.inBand(
              quirks.errorCodes(), Arrays.copyOfRange(bytes, offset, offset + length)));
      return;
    }
    if (chunk.usage != null) {
      usage = chunk.usage;
    }
    String reason = chunk.finishReason;
    ErrorClass broken = reason == null ? null : FinishReason.failure(reason, !committed);
    if (broken != null) {
      fail(UpstreamException.noticed(broken, "The provider broke the answer off: " + reason + "."));
      return;
    }
    if (chunk.choices == 0) {
      if (chunk.usageMember && includeUsage) {
        usageChunk = usageChunk(tree(bytes, offset, length));
      }
      return;
    }
    if (isBeside(chunk)) {
      return;
    }
    if (isRegular(chunk)) {
      passOn(chunk, bytes, offset, length);
    } else {
      mend(chunk, bytes, offset, length);
    }
    committed |= chunk.content || finishReason != null;
  }

  /**
   * Whether a chunk says nothing of an answer that has not begun or is finished, such as the word
   * of a filter that runs beside it.
   */
  private boolean isBeside(OpenAiChunk chunk) {
    boolean silent =
        !chunk.content && !chunk.role && chunk.usage == null && chunk.finishReason == null;
    return silent
        && chunk.choices == 1
        && (mender.isFinished(chunk.choiceIndex)
            || (chunk.irregular && !mender.hasStarted(chunk.choiceIndex)));
  }

  /** Whether a chunk may be passed on as it is at this place of the stream. */
  private boolean isRegular(OpenAiChunk chunk) {
    return !chunk.irregular
        && chunk.identity == 4
        && chunk.choices == 1
        && !chunk.toolCalls
        && !chunk.usageMember
        && !mender.isFinished(chunk.choiceIndex)
        && !mender.looksForThoughts(chunk.choiceIndex)
        && chunk.role != mender.hasStarted(chunk.choiceIndex)
        && !("stop".equals(chunk.finishReason) && mender.hasTools(chunk.choiceIndex));
  }

  private void passOn(OpenAiChunk chunk, byte[] bytes, int offset, int length) {
    alike.learn(chunk, bytes, offset, length);
    mender.passed(chunk.choiceIndex, bytes, offset, length);
    if (chunk.finishReason != null) {
      finishReason = chunk.finishReason;
      mender.finish(chunk.choiceIndex);
    }
    out.appendBytes(PREFIX).appendBytes(bytes, offset, length).appendBytes(SUFFIX);
  }

  private void mend(OpenAiChunk chunk, byte[] bytes, int offset, int length) {
    ObjectNode tree = tree(bytes, offset, length);
    if (tree == null) {
      return;
    }
    if (chunk.usage != null && includeUsage) {
      usageChunk = usageChunk(tree);
    }
    mender.mend(tree);
    for (JsonNode choice : tree.path("choices")) {
      JsonNode reason = choice.path("finish_reason");
      if (reason.isTextual()) {
        finishReason = reason.asText();
      }
    }
    if (includeUsage) {
      tree.putNull("usage");
    }
    frame(tree);
  }

  /** A chunk with nothing but the usage of another, which may have it in a choice. */
  private @Nullable ObjectNode usageChunk(@Nullable ObjectNode chunk) {
    if (chunk == null) {
      return null;
    }
    JsonNode told = chunk.path("usage");
    told = told.isObject() ? told : chunk.at("/x_groq/usage");
    for (JsonNode choice : chunk.path("choices")) {
      told = told.isObject() ? told : choice.path("usage");
    }
    if (quirks.reasoningApart()) {
      Thoughts.count(told);
    }
    ObjectNode copy = chunk.deepCopy();
    copy.remove("error");
    copy.putArray("choices");
    return copy.set("usage", told);
  }

  private static @Nullable ObjectNode tree(byte[] bytes, int offset, int length) {
    try {
      return Json.MAPPER.readTree(bytes, offset, length) instanceof ObjectNode object
          ? object
          : null;
    } catch (IOException e) {
      return null;
    }
  }

  private void frame(ObjectNode tree) {
    try {
      out.appendBytes(PREFIX).appendBytes(Json.MAPPER.writeValueAsBytes(tree)).appendBytes(SUFFIX);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether an event is the mark after the last one. */
  static boolean isDone(byte[] bytes, int offset, int length) {
    return length >= DONE.length
        && Arrays.equals(bytes, offset, offset + DONE.length, DONE, 0, DONE.length);
  }

  /** The provider says that the answer is complete. */
  private void complete() {
    if (!committed) {
      fail(UpstreamException.noticed(ErrorClass.SERVER, "The provider's stream was empty."));
      return;
    }
    for (int choice : mender.unfinished()) {
      ObjectNode last = Json.MAPPER.createObjectNode();
      mender.identity(last);
      ObjectNode object = last.putArray("choices").addObject();
      mender.rest(choice, object.put("index", choice).putObject("delta"));
      finishReason = mender.hasTools(choice) ? "tool_calls" : "stop";
      object.put("finish_reason", finishReason);
      frame(last);
    }
    if (usageChunk != null) {
      mender.identity(usageChunk);
      frame(usageChunk);
    }
    out.appendBytes(PREFIX).appendBytes(DONE).appendBytes(SUFFIX);
    ended = true;
  }

  @Override
  public void finish() {
    if (ended) {
      return;
    }
    if (finishReason != null && mender.unfinished().isEmpty()) {
      complete();
    } else {
      fail(
          UpstreamException.noticed(
              ErrorClass.SERVER, "The provider's stream ended before the answer was complete."));
    }
  }

  @Override
  public void fail(UpstreamException reason) {
    if (!ended) {
      ended = true;
      failure = reason;
    }
  }

  @Override
  public boolean committed() {
    return committed;
  }

  @Override
  public boolean ended() {
    return ended;
  }

  @Override
  public Buffer take() {
    Buffer frames = out;
    out = Buffer.buffer(frames.length()); // what comes next will be about as long
    return frames;
  }

  @Override
  public @Nullable UpstreamException failure() {
    return failure;
  }

  @Override
  public @Nullable Usage usage() {
    return usage;
  }

  @Override
  public long relayedTokens() {
    return meter.tokens();
  }

  @Override
  public int skipped() {
    return skipped;
  }

  @Override
  public @Nullable String finishReason() {
    return finishReason;
  }
}
