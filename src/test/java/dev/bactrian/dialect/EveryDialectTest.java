package dev.bactrian.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.dialect.WireForm.Answer;
import dev.bactrian.dialect.WireForm.Call;
import dev.bactrian.dialect.WireForm.Piece;
import dev.bactrian.json.Json;
import dev.bactrian.kit.Reply;
import dev.bactrian.sse.EventReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** What holds of every dialect, whatever is said. */
class EveryDialectTest {
  private static final int TRIES = 150;

  /** The same cases in each build; another number, or an empty text for any, finds others. */
  private static final String SEED = "20261123";

  private static final int LIMIT = 1 << 20;

  /** What is said in a conversation: by the system, the user or the model, and what tools gave. */
  record Turn(String role, String text, List<Call> calls) {}

  private static Arbitrary<String> text() {
    return Arbitraries.strings()
        .withChars("aZ9 .,:;<>&\"'\\/{}[]#$%-_\n\t")
        .withChars('é', 'ß', '中', '文', '\u2028', '\u00a0')
        .ofMaxLength(25)
        .map(it -> "«" + it + "🐫»");
  }

  private static Arbitrary<Call> call() {
    return Combinators.combine(
            Arbitraries.strings().alpha().numeric().ofLength(8), text(), Arbitraries.integers())
        .as(
            (id, text, number) -> {
              ObjectNode arguments = Json.MAPPER.createObjectNode().put("a", text);
              arguments.put("n", number).putArray("list").add(true);
              return new Call("call_" + id, "f_" + id, arguments.toString());
            });
  }

  @Provide
  Arbitrary<Answer> answers() {
    Arbitrary<Piece> thought = text().map(it -> new Piece(true, it));
    Arbitrary<Piece> said = text().map(it -> new Piece(false, it));
    return Combinators.combine(
            thought.list().ofMaxSize(3), said.list().ofMinSize(1).ofMaxSize(5), calls())
        .as(
            (thoughts, texts, calls) -> {
              List<Piece> pieces = new ArrayList<>(thoughts);
              pieces.addAll(texts);
              return new Answer(pieces, calls);
            });
  }

  private static Arbitrary<List<Call>> calls() {
    return call().list().ofMaxSize(3).uniqueElements(Call::id);
  }

  @Provide
  Arbitrary<List<Turn>> conversations() {
    Arbitrary<Turn> user = text().map(it -> new Turn("user", it, List.of()));
    Arbitrary<Turn> system = text().map(it -> new Turn("system", it, List.of()));
    Arbitrary<Turn> model =
        Combinators.combine(text(), calls())
            .as((said, calls) -> new Turn("assistant", said, calls));
    return Combinators.combine(
            system.list().ofMaxSize(2),
            user,
            Combinators.combine(model, user).as(List::of).list().ofMaxSize(3))
        .as(
            (first, question, rest) -> {
              List<Turn> turns = new ArrayList<>(first);
              turns.add(question);
              rest.forEach(turns::addAll);
              return turns;
            });
  }

  /** Joined frames by what they say. */
  private record Heard(String text, String thoughts, List<Call> calls, String reason) {}

  private static Heard heard(ChunkStream stream) {
    StringBuilder text = new StringBuilder();
    StringBuilder thoughts = new StringBuilder();
    StringBuilder reason = new StringBuilder();
    Map<Integer, String[]> calls = new TreeMap<>();
    for (String frame : NativeStreams.frames(stream)) {
      if (frame.equals("[DONE]")) {
        continue;
      }
      JsonNode choice = Reply.json(frame).at("/choices/0");
      text.append(choice.at("/delta/content").asText(""));
      thoughts.append(choice.at("/delta/reasoning_content").asText(""));
      reason.append(choice.path("finish_reason").asText("").replace("null", ""));
      for (JsonNode call : choice.at("/delta/tool_calls")) {
        String[] known =
            calls.computeIfAbsent(call.path("index").asInt(-1), none -> new String[] {"", "", ""});
        known[0] += call.path("id").asText("");
        known[1] += call.at("/function/name").asText("");
        known[2] += call.at("/function/arguments").asText("");
      }
    }
    return new Heard(
        text.toString(),
        thoughts.toString(),
        calls.values().stream().map(it -> new Call(it[0], it[1], it[2])).toList(),
        reason.toString());
  }

  private static ChunkStream read(WireForm form, byte[] bytes, Random random) {
    String request =
        "{\"model\":\"m\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
    Dialect dialect = form.dialect();
    ChunkStream stream = dialect.stream(ChatRequest.read(request.getBytes(StandardCharsets.UTF_8)));
    EventReader reader = dialect.reader(stream, LIMIT);
    for (int from = 0; from < bytes.length; ) {
      int to = Math.min(bytes.length, from + 1 + random.nextInt(60));
      reader.read(Arrays.copyOfRange(bytes, from, to));
      from = to;
    }
    reader.finish();
    stream.finish();
    return stream;
  }

  @Property(tries = TRIES, seed = SEED)
  void anAnswerIsTheSameInOpenAisTerms(
      @ForAll WireForm form, @ForAll("answers") Answer answer, @ForAll Random random) {
    Answer expected = form.fitting(answer);
    ChunkStream stream = read(form, form.stream(expected), random);

    assertThat(stream.failure()).isNull();
    Heard heard = heard(stream);
    assertThat(heard.text()).isEqualTo(expected.text(false));
    assertThat(heard.thoughts()).isEqualTo(expected.text(true));
    assertThat(heard.calls()).isEqualTo(expected.calls());
    assertThat(heard.reason()).isEqualTo(expected.calls().isEmpty() ? "stop" : "tool_calls");
  }

  @Property(tries = TRIES, seed = SEED)
  void whatIsSaidReachesTheProviderInItsOrder(
      @ForAll WireForm form, @ForAll("conversations") List<Turn> turns) {
    ObjectNode body = Json.MAPPER.createObjectNode().put("model", "m");
    ArrayNode messages = body.putArray("messages");
    List<String> said = new ArrayList<>();
    for (Turn turn : turns) {
      said.add(turn.text());
      List<Call> calls = form.tools ? turn.calls() : List.of();
      said.addAll(write(turn, calls, messages));
    }
    JsonNode sent =
        json(
            form.dialect()
                .request(ChatRequest.read(body.toString().getBytes(StandardCharsets.UTF_8))));

    String leaves = leaves(sent);
    List<String> system =
        turns.stream().filter(it -> it.role().equals("system")).map(Turn::text).toList();
    assertThat(system).allSatisfy(text -> assertThat(leaves).contains(text));
    if (form.tools) {
      turns.stream()
          .flatMap(turn -> turn.calls().stream())
          .map(call -> Reply.json(call.arguments()).path("a"))
          .forEach(
              text -> assertThat(leaves).containsAnyOf(text.asText(), inString(text.toString())));
    }
    int at = 0;
    for (String text : said.subList(system.size(), said.size())) {
      int found = leaves.indexOf(text, at);
      assertThat(found).as("%s after %s in %s", text, at, leaves).isNotNegative();
      at = found + text.length();
    }
  }

  /** How a JSON text looks inside of one. */
  private static String inString(String json) {
    return json.substring(1, json.length() - 1);
  }

  /** Writes a turn, with a result for each call, and gives what else was said by it, in order. */
  private static List<String> write(Turn turn, List<Call> calls, ArrayNode messages) {
    List<String> said = new ArrayList<>();
    ObjectNode message = messages.addObject().put("role", turn.role()).put("content", turn.text());
    for (Call call : calls) {
      ObjectNode tool = message.withArray("tool_calls").addObject().put("id", call.id());
      tool.put("type", "function");
      tool.putObject("function").put("name", call.name()).put("arguments", call.arguments());
      said.add(call.name());
    }
    for (Call call : calls) {
      ObjectNode result = messages.addObject().put("role", "tool").put("tool_call_id", call.id());
      result.put("content", "result of " + call.id());
      said.add("result of " + call.id());
    }
    return said;
  }

  private static JsonNode json(Dialect.Outgoing out) {
    return Reply.json(new String(out.body(), StandardCharsets.UTF_8));
  }

  /** All texts of a tree in their order, the messages' last. */
  private static String leaves(JsonNode tree) {
    StringBuilder all = new StringBuilder();
    if (tree.isTextual()) {
      return tree.asText() + "\u0000";
    }
    tree.forEach(child -> all.append(leaves(child)));
    return all.toString();
  }

  /** Bytes knocked out, put in or changed; and bytes of nobody's. */
  @Property(tries = 4 * TRIES)
  void noStreamThrowsHangsOrInvents(
      @ForAll WireForm form,
      @ForAll("answers") Answer answer,
      @ForAll Random random,
      @ForAll @IntRange(max = 12) int damage) {
    byte[] bytes = damaged(form.stream(form.fitting(answer)), random, damage);
    ChunkStream stream = read(form, bytes, random);

    assertThat(stream.ended()).isTrue();
    List<String> frames = NativeStreams.frames(stream);
    assertThat(frames.contains("[DONE]")).isEqualTo(stream.failure() == null);
    String came = new String(bytes, StandardCharsets.UTF_8);
    for (String frame : frames) {
      JsonNode chunk = frame.equals("[DONE]") ? Json.MAPPER.nullNode() : Reply.json(frame);
      String text = chunk.at("/choices/0/delta/content").asText("");
      // What is written with an escape looks different there.
      assertThat(text.contains("\\") || came.contains("\\") || came.contains(text))
          .as("%s in %s", text, came)
          .isTrue();
    }
  }

  private static byte[] damaged(byte[] sound, Random random, int damage) {
    byte[] bytes = sound.clone();
    for (int i = 0; i < damage; i++) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[at] = (byte) "0-9{}[]:,\"\n".charAt(random.nextInt(11));
        case 2 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
        default -> {
          byte[] more = new byte[bytes.length + 1];
          System.arraycopy(bytes, 0, more, 0, at);
          more[at] = (byte) random.nextInt(256);
          System.arraycopy(bytes, at, more, at + 1, bytes.length - at);
          bytes = more;
        }
      }
    }
    return bytes;
  }

  @Property(tries = TRIES, seed = SEED)
  void bytesOfNobodysAreNoAnswer(
      @ForAll WireForm form, @ForAll byte[] bytes, @ForAll Random random) {
    ChunkStream stream = read(form, bytes, random);

    assertThat(stream.ended()).isTrue();
    assertThat(stream.failure()).isNotNull();
    assertThat(stream.committed()).isFalse();
  }
}
