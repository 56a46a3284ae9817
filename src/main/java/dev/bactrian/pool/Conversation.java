package dev.bactrian.pool;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.json.Json;
import dev.bactrian.json.Member;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Which conversation a request belongs to, as a number that is the same for all its turns: what a
 * provider could have in its prompt cache begins alike. It is the client's own {@code
 * prompt_cache_key}, else {@code user} and the messages up to the first one of the user.
 */
final class Conversation {
  private Conversation() {}

  /**
   * The number.
   *
   * @param client who asks; other clients' conversations are other ones
   */
  static long of(ChatRequest request, String client) {
    CRC32C sum = new CRC32C();
    byte[] json = request.json();
    Member cacheKey = request.index().get("prompt_cache_key");
    if (cacheKey != null && !cacheKey.isNull()) {
      add(sum, json, cacheKey);
    } else {
      add(sum, json, request.index().get("user"));
      Member messages = request.index().get("messages");
      if (messages != null && messages.token() == JsonToken.START_ARRAY) {
        sum.update(json, messages.valueStart(), beginning(json, messages));
      }
    }
    return sum.getValue() << 32 ^ client.hashCode();
  }

  private static void add(CRC32C sum, byte[] json, @Nullable Member member) {
    if (member != null) {
      sum.update(json, member.valueStart(), member.valueEnd() - member.valueStart());
    }
  }

  /** How many bytes there are up to the end of the first message of the user. */
  private static int beginning(byte[] json, Member messages) {
    int length = messages.valueEnd() - messages.valueStart();
    try (JsonParser parser = Json.FACTORY.createParser(json, messages.valueStart(), length)) {
      long start = parser.currentLocation().getByteOffset();
      parser.nextToken();
      while (parser.nextToken() == JsonToken.START_OBJECT) {
        if (isUsers(parser)) {
          return (int) (parser.currentLocation().getByteOffset() - start);
        }
      }
      return length;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isUsers(JsonParser parser) throws IOException {
    boolean users = false;
    String name;
    while ((name = parser.nextFieldName()) != null) {
      parser.nextToken();
      users |= name.equals("role") && parser.getText().equals("user");
      parser.skipChildren();
    }
    return users;
  }
}
