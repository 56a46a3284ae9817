package dev.bactrian.dialect;

import dev.bactrian.chat.ChatReply;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.sse.EventReader;
import dev.bactrian.sse.SseReader;
import java.util.List;

/**
 * AWS Bedrock's Converse, whole and streamed. See
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html.
 */
final class BedrockDialect implements Dialect {
  private final BedrockQuirks quirks;

  /** The dialect as an account and its region speak it. */
  BedrockDialect(BedrockQuirks quirks) {
    this.quirks = quirks;
  }

  @Override
  public Outgoing request(ChatRequest request) {
    return new BedrockRequest(request, quirks).outgoing();
  }

  @Override
  public String pathModel(String model) {
    return quirks.modelId(model);
  }

  @Override
  public ChatReply.Complete reply(ChatRequest request, byte[] body, List<String> changes) {
    return BedrockReply.read(request, body, changes);
  }

  @Override
  public ChunkStream stream(ChatRequest request) {
    return new BedrockStream(request);
  }

  @Override
  public EventReader reader(SseReader.Handler handler, int limit) {
    return new BedrockFrames(handler, limit);
  }

  @Override
  public UpstreamException error(ErrorAnswer answer) {
    return BedrockErrors.classify(answer);
  }
}
