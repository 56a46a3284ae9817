package dev.bactrian.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.chat.ChatRequest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ConversationTest {
  private static final String SYSTEM = "{\"role\":\"system\",\"content\":\"You are ünique.\"}";
  private static final String FIRST =
      "{\"content\":[{\"type\":\"text\",\"text\":\"Hi\"}],\"role\":\"user\"}";
  private static final String OTHER = "{\"content\":\"Ho\",\"role\":\"user\"}";
  private static final String REPLY = "{\"role\":\"assistant\",\"content\":\"Yes?\"}";

  private static long of(String more, String... messages) {
    return by("me", more, messages);
  }

  private static long by(String client, String more, String... messages) {
    String body =
        "{\"model\":\"m\"" + more + ", \"messages\": [" + String.join(" , ", messages) + "]}";
    return Conversation.of(ChatRequest.read(body.getBytes(StandardCharsets.UTF_8)), client);
  }

  @Test
  void allTurnsAreOfOneConversation() {
    long first = of("", SYSTEM, FIRST);
    assertThat(of("", SYSTEM, FIRST, REPLY, OTHER)).isEqualTo(first);
    assertThat(of(",\"temperature\":0.1", SYSTEM, FIRST, REPLY, FIRST)).isEqualTo(first);
  }

  @Test
  void anotherBeginningIsAnotherConversation() {
    long first = of("", SYSTEM, FIRST);
    assertThat(of("", SYSTEM, OTHER)).isNotEqualTo(first);
    assertThat(of("", FIRST)).isNotEqualTo(first);
    assertThat(of(",\"user\":\"u\"", SYSTEM, FIRST)).isNotEqualTo(first);
    assertThat(by("you", "", SYSTEM, FIRST)).isNotEqualTo(first);
  }

  @Test
  void theSameUserHasManyConversations() {
    assertThat(of(",\"user\":\"u\"", FIRST)).isNotEqualTo(of(",\"user\":\"u\"", OTHER));
  }

  @Test
  void whatTheClientSaysIsOnePromptIsOne() {
    String said = ",\"prompt_cache_key\":\"p\"";
    assertThat(of(said, FIRST)).isEqualTo(of(said, SYSTEM, OTHER)).isNotEqualTo(of("", FIRST));
    assertThat(of(",\"prompt_cache_key\":null", FIRST)).isEqualTo(of("", FIRST));
  }

  @Test
  void messagesWithoutAUsersAreReadToTheirEnd() {
    assertThat(of("", SYSTEM, REPLY)).isNotEqualTo(of("", SYSTEM));
  }
}
