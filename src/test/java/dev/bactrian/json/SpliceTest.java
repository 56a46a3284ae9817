package dev.bactrian.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpliceTest {
  private static final String SPACED =
      "\n { \"a\" : 1 ,\t\"b\":[2, {\"a\":3}] , \"c\" : \"4,}\" } \n";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        " { } ",
        "{\"a\":1}",
        SPACED,
        "{\"a\":\"\\\"},{\\\\\",\"b\":{\"c\":[1,{}]}}",
        "{\"ключ\":\"значение 🐫\",\"\":null}"
      })
  void anObjectThatIsNotChangedKeepsEveryByte(String json) throws IOException {
    byte[] body = utf8(json);

    assertThat(new Splice(index(body)).toBytes()).isSameAs(body);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "{\"a\":1,\"b\":2,\"c\":3} | a | {\"b\":2,\"c\":3}",
        "{\"a\":1,\"b\":2,\"c\":3} | b | {\"a\":1,\"c\":3}",
        "{\"a\":1,\"b\":2,\"c\":3} | c | {\"a\":1,\"b\":2}",
        "{\"a\":1}                 | a | {}",
        "{\"a\":1,\"b\":2}         | x | {\"a\":1,\"b\":2}",
        "{}                        | a | {}",
        "{ \"a\" : 1 , \"b\" : 2 } | a | '{ \"b\" : 2 }'",
        "{ \"a\" : 1 , \"b\" : 2 } | b | '{ \"a\" : 1 }'",
        "{\"a\":\"},\\\"\",\"b\":2}| a | {\"b\":2}",
        "{\"a\":{\"b\":1},\"b\":2} | b | {\"a\":{\"b\":1}}"
      })
  void aMemberIsLeftOut(String json, String name, String expected) throws IOException {
    assertThat(text(splice(json).remove(name))).isEqualTo(expected);
  }

  @Test
  void allMembersAreLeftOut() throws IOException {
    assertThat(text(splice(SPACED).remove("a").remove("b").remove("c"))).isEqualTo("\n {} \n");
  }

  @Test
  void whiteSpaceAroundOtherMembersStays() throws IOException {
    assertThat(text(splice(SPACED).set("b", utf8("0"))))
        .isEqualTo("\n { \"a\" : 1 ,\t\"b\":0 , \"c\" : \"4,}\" } \n");
  }

  @Test
  void aMemberThatIsNotThereIsAdded() throws IOException {
    assertThat(text(splice("{\"a\":1}").set("b", utf8("2")))).isEqualTo("{\"a\":1,\"b\":2}");
    assertThat(text(splice(" {} ").set("b", utf8("2")))).isEqualTo(" {\"b\":2} ");
    assertThat(text(splice("{\"a\":1}").remove("a").set("b", utf8("2")))).isEqualTo("{\"b\":2}");
  }

  @Test
  void theNameOfAnAddedMemberIsEscaped() throws IOException {
    assertThat(text(splice("{}").set("a\"b", utf8("2")))).isEqualTo("{\"a\\\"b\":2}");
  }

  @Test
  void theLastWordAboutAMemberCounts() throws IOException {
    assertThat(text(splice("{\"a\":1}").remove("a").set("a", utf8("2")))).isEqualTo("{\"a\":2}");
    assertThat(text(splice("{\"a\":1}").set("a", utf8("2")).remove("a"))).isEqualTo("{}");
    assertThat(text(splice("{}").set("a", utf8("2")).remove("a"))).isEqualTo("{}");
  }

  @Test
  void aMemberGetsAnotherName() throws IOException {
    assertThat(text(splice("{ \"a\" : 1, \"b\":2}").rename("a", "z")))
        .isEqualTo("{ \"z\":1, \"b\":2}");
    assertThat(text(splice("{\"a\":1}").rename("x", "z"))).isEqualTo("{\"a\":1}");
    assertThat(text(splice("{\"a\":1}").rename("a", "z").set("a", utf8("2"))))
        .isEqualTo("{\"z\":2}");
  }

  @Test
  void anEscapedNameIsFoundByWhatItSays() throws IOException {
    String json = "{\"m\\u006fdel\":\"x\",\"\\\"\":1}";

    assertThat(text(splice(json).set("model", utf8("\"y\"")))).contains("\"m\\u006fdel\":\"y\"");
    assertThat(text(splice(json).rename("model", "z"))).isEqualTo("{\"z\":\"x\",\"\\\"\":1}");
    assertThat(text(splice(json).remove("\""))).isEqualTo("{\"m\\u006fdel\":\"x\"}");
  }

  @Test
  void bytesInsideAMemberAreReplaced() throws IOException {
    String json = "{\"a\":[\"one\",\"two\"],\"b\":3}";
    int one = json.indexOf("\"one\"");
    int two = json.indexOf("\"two\"");

    Splice splice =
        splice(json).patch(one, one + 5, utf8("1")).patch(two, two + 5, utf8("22")).remove("b");

    assertThat(text(splice)).isEqualTo("{\"a\":[1,22]}");
  }

  @Test
  void bytesInsideARenamedMemberAreReplaced() throws IOException {
    String json = "{\"a\": [\"one\"]}";
    int one = json.indexOf("\"one\"");

    assertThat(text(splice(json).rename("a", "z").patch(one, one + 5, utf8("1"))))
        .isEqualTo("{\"z\":[1]}");
  }

  @Test
  void bytesInsideAMemberThatIsLeftOutAreOfNoConsequence() throws IOException {
    String json = "{\"a\":\"one\",\"b\":2}";

    assertThat(text(splice(json).remove("a").patch(5, 10, utf8("1")))).isEqualTo("{\"b\":2}");
  }

  @Test
  void keepsTellsWhetherAMemberWillBeThere() throws IOException {
    Splice splice = splice("{\"a\":1,\"b\":null,\"c\":3}").remove("a").set("c", utf8("4"));

    assertThat(splice.keeps("a")).isFalse();
    assertThat(splice.keeps("b")).as("null is as good as absent").isFalse();
    assertThat(splice.keeps("c")).isTrue();
    assertThat(splice.keeps("d")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "-0.5e10", "true", "null", "\"x\"", "[]", "{ }", "[1,[2]]"})
  void theEndOfAnyKindOfValueIsFound(String value) throws IOException {
    for (String space : new String[] {"", " ", "\n\t"}) {
      String json = "{\"a\":" + space + value + space + ",\"b\":" + space + value + space + "}";

      ObjectIndex index = index(utf8(json));

      for (Member member : index.members()) {
        assertThat(json.substring(member.valueStart(), member.valueEnd())).isEqualTo(value);
      }
      assertThat(text(new Splice(index).set("b", utf8("0"))))
          .isEqualTo("{\"a\":" + space + value + space + ",\"b\":" + space + "0" + space + "}");
    }
  }

  @Test
  void offsetsCountBytesAndNotCharacters() throws IOException {
    String json = "{\"ключ\":\"🐫\",\"b\":\"ü\",\"c\":1}";

    assertThat(text(splice(json).set("b", utf8("\"🐪\""))))
        .isEqualTo("{\"ключ\":\"🐫\",\"b\":\"🐪\",\"c\":1}");
    assertThat(text(splice(json).remove("ключ"))).isEqualTo("{\"b\":\"ü\",\"c\":1}");
  }

  @Test
  void aNameThatComesTwiceIsTold() {
    ObjectIndex index = new ObjectIndex(utf8("{\"a\":1,\"a\":2}"), 1);

    assertThat(index.add("a", JsonToken.VALUE_NUMBER_INT, 5, 6)).isTrue();
    assertThat(index.add("a", JsonToken.VALUE_NUMBER_INT, 11, 12)).isFalse();
  }

  @Test
  void aTextBecomesAJsonString() {
    assertThat(Json.string("a\"\\\n\u0001ü🐫")).isEqualTo(utf8("\"a\\\"\\\\\\n\\u0001ü🐫\""));
  }

  private static Splice splice(String json) throws IOException {
    return new Splice(index(utf8(json)));
  }

  private static ObjectIndex index(byte[] body) throws IOException {
    try (JsonParser json = Json.FACTORY.createParser(body)) {
      json.nextToken();
      ObjectIndex index = new ObjectIndex(body, (int) json.currentLocation().getByteOffset());
      String name;
      while ((name = json.nextFieldName()) != null) {
        JsonToken token = json.nextToken();
        int start = (int) json.currentTokenLocation().getByteOffset();
        json.skipChildren();
        json.finishToken();
        index.add(name, token, start, (int) json.currentLocation().getByteOffset());
      }
      return index;
    }
  }

  private static String text(Splice splice) {
    return new String(splice.toBytes(), StandardCharsets.UTF_8);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
