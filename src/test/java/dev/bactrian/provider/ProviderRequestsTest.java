package dev.bactrian.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.catalogue.CatalogueReader;
import dev.bactrian.catalogue.Model;
import dev.bactrian.chat.ChatReply;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.chat.Usage;
import dev.bactrian.dialect.ChunkStream;
import dev.bactrian.dialect.Dialect;
import dev.bactrian.kit.KameletDialect;
import dev.bactrian.kit.Reply;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is sent to each provider and what is made of its answers, by its kamelet's quirks. */
class ProviderRequestsTest {
  private static ChatRequest request(String model, String more) {
    String body = "{'model':'x','messages':[{'role':'user','content':'Hi'}]" + more + "}";
    return ChatRequest.read(body.replace('\'', '"').getBytes(StandardCharsets.UTF_8))
        .withModel(model, null);
  }

  private static Dialect.Outgoing out(String provider, String model, String more) {
    return KameletDialect.of(provider).request(request(model, more));
  }

  private static JsonNode json(byte[] bytes) {
    return Reply.json(new String(bytes, StandardCharsets.UTF_8));
  }

  /** What only one provider knows goes through as it came. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "openrouter | provider | {'sort':'price','data_collection':'deny'}",
        "openrouter | plugins | [{'id':'web'}]",
        "openrouter | reasoning | {'max_tokens':100,'exclude':true}",
        "openrouter | transforms | ['middle-out']",
        "openrouter | top_k | 5",
        "zenmux | reasoning | {'effort':'low'}",
        "groq | reasoning_format | 'parsed'",
        "groq | include_reasoning | false",
        "groq | service_tier | 'flex'",
        "mistral | safe_prompt | true",
        "mistral | random_seed | 7",
        "xai | search_parameters | {'mode':'auto'}",
        "bytedance | thinking | {'type':'auto'}",
        "bytedance | service_tier | 'default'",
        "bytedance | repetition_penalty | 1.1",
        "vllm | chat_template_kwargs | {'enable_thinking':false}",
        "vllm | structured_outputs | {'choice':['a','b']}",
        "vllm | min_p | 0.1",
        "ollama | reasoning_effort | 'low'",
        "openai-compatible | whatever | {'a':[1]}"
      })
  void extensionsPass(String provider, String member, String value) {
    Dialect.Outgoing out = out(provider, "m", ",'" + member + "':" + value);

    assertThat(json(out.body()).path(member)).isEqualTo(Reply.json(value.replace('\'', '"')));
    assertThat(out.changes()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "openrouter/openai/gpt-4.1-mini,openai/gpt-4.1-mini",
    "openrouter/deepseek/deepseek-r1:free,deepseek/deepseek-r1:free",
    "openrouter/auto,openrouter/auto",
    "zenmux/baidu/ernie-5.0-thinking-preview,baidu/ernie-5.0-thinking-preview",
    "groq/openai/gpt-oss-120b,openai/gpt-oss-120b",
    "bytedance/ep-20260101000000-abcde,ep-20260101000000-abcde",
    "openai-compatible/a/b/c,a/b/c"
  })
  void aModelsIdMayHaveSlashes(String name, String upstream) {
    Model model = Objects.requireNonNull(new CatalogueReader("").read().find(name));

    assertThat(model.provider()).isEqualTo(name.substring(0, name.indexOf('/')));
    assertThat(model.upstream()).isEqualTo(upstream);
  }

  @Test
  void baidusExtensionsPass() {
    Dialect second = KameletDialect.all("baidu").get(1);
    for (String member : List.of("web_search", "penalty_score", "thinking_budget")) {
      Dialect.Outgoing out = second.request(request("m", ",'" + member + "':1"));
      assertThat(json(out.body()).path(member).asInt()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"low,true", "none,false"})
  void baiduIsToldWhetherToThink(String effort, boolean thinks) {
    Dialect second = KameletDialect.all("baidu").get(1);
    Dialect.Outgoing out = second.request(request("m", ",'reasoning_effort':'" + effort + "'"));

    assertThat(json(out.body()).path("enable_thinking").asBoolean(!thinks)).isEqualTo(thinks);
    assertThat(json(out.body()).has("reasoning_effort")).isFalse();
  }

  @Test
  void theModelsOfOpenRouterAreOurOwn() {
    assertThat(json(out("openrouter", "a/b", ",'models':['c']").body()).has("models")).isFalse();
  }

  @Test
  void doubaoTakesOneLimitAndNoEffortNone() {
    Dialect.Outgoing out =
        out(
            "bytedance",
            "m",
            ",'max_tokens':1,'max_completion_tokens':2,'reasoning_effort':'none'");
    JsonNode sent = json(out.body());

    assertThat(sent.has("max_tokens")).isFalse();
    assertThat(sent.path("max_completion_tokens").asInt()).isEqualTo(2);
    assertThat(sent.has("reasoning_effort")).isFalse();
    assertThat(sent.at("/thinking/type").asText()).isEqualTo("disabled");
  }

  @Test
  void mistralGetsNothingThatItDoesNotKnow() {
    Dialect.Outgoing out =
        out(
            "mistral",
            "m",
            ",'seed':7,'user':'u','logprobs':true,'n':null,'max_completion_tokens':5");
    JsonNode sent = json(out.body());

    assertThat(sent.path("random_seed").asInt()).isEqualTo(7);
    assertThat(sent.path("max_tokens").asInt()).isEqualTo(5);
    assertThat(sent.properties()).hasSize(4);
    assertThat(out.changes()).containsExactly("user=dropped", "logprobs=dropped");
  }

  @Test
  void mistralGetsShortIdsThatStillMatch() {
    String body =
        ("{'model':'x','messages':[{'role':'assistant','tool_calls':[{'id':'call_0123456789abcdef',"
                + "'type':'function','function':{'name':'f','arguments':'{}'}},"
                + "{'id':'AbCdEfG01','type':'function','function':{'name':'g','arguments':'{}'}}]},"
                + "{'role':'tool','tool_call_id':'call_0123456789abcdef','content':'a'},"
                + "{'role':'tool','tool_call_id':'AbCdEfG01','content':'b'}]}")
            .replace('\'', '"');
    JsonNode sent =
        json(
            KameletDialect.of("mistral")
                .request(ChatRequest.read(body.getBytes(StandardCharsets.UTF_8)))
                .body());

    String id = sent.at("/messages/0/tool_calls/0/id").asText();
    assertThat(id).matches("[A-Za-z0-9]{9}");
    assertThat(sent.at("/messages/1/tool_call_id").asText()).isEqualTo(id);
    assertThat(sent.at("/messages/0/tool_calls/1/id").asText()).isEqualTo("AbCdEfG01");
    assertThat(sent.at("/messages/2/tool_call_id").asText()).isEqualTo("AbCdEfG01");
  }

  @Test
  void groqIsSparedWhatItRefuses() {
    Dialect.Outgoing out =
        out("groq", "m", ",'n':3,'logprobs':true,'top_logprobs':2,'logit_bias':{}");

    assertThat(json(out.body()).path("n").asInt()).isEqualTo(1);
    assertThat(out.changes())
        .containsExactlyInAnyOrder(
            "n=1", "logprobs=dropped", "top_logprobs=dropped", "logit_bias=dropped");
  }

  @Test
  void stopTextsThatAreTooLongAreLeftOutAndTold() {
    String long32 = "é".repeat(16);
    String more = ",'stop':['a','" + long32 + "','" + long32 + "x']";
    Dialect.Outgoing kimi = out("moonshot", "kimi-k3", more);
    assertThat(json(kimi.body()).path("stop")).hasSize(2);
    assertThat(kimi.changes()).containsExactly("stop=2 of 3");

    Dialect baidu = KameletDialect.all("baidu").get(1);
    Dialect.Outgoing ernie =
        baidu.request(request("m", ",'stop':['" + "文".repeat(20) + "','" + "x".repeat(21) + "']"));
    assertThat(json(ernie.body()).path("stop")).hasSize(1);
    assertThat(ernie.changes()).containsExactly("stop=1 of 2");
    assertThat(out("moonshot", "kimi-k3", ",'stop':'" + "x".repeat(33) + "'").changes())
        .containsExactly("stop=dropped");
  }

  @Test
  void moonshotGivesOneChoiceWithoutChance() {
    String two = ",'n':2,'temperature':0";
    assertThat(out("moonshot", "moonshot-v1-8k", two).changes()).containsExactly("n=dropped");
    assertThat(out("moonshot", "moonshot-v1-8k", ",'n':2,'temperature':0.5").changes()).isEmpty();
  }

  @Test
  void xaisThinkersAreSparedPenaltiesAndStop() {
    String more = ",'stop':['a'],'presence_penalty':1";

    assertThat(out("xai", "grok-4.3", more).changes())
        .containsExactlyInAnyOrder("stop=dropped", "presence_penalty=dropped");
    assertThat(out("xai", "grok-3", more).changes()).isEmpty();
  }

  private static ChatReply.Complete reply(String provider, String message, String usage) {
    String body =
        "{'id':'x','object':'chat.completion','created':1,'model':'m','choices':[{'index':0,"
            + "'finish_reason':'stop','message':{'role':'assistant',"
            + message
            + "}}],'usage':"
            + usage
            + "}";
    return KameletDialect.of(provider)
        .reply(
            request("m", ""), body.replace('\'', '"').getBytes(StandardCharsets.UTF_8), List.of());
  }

  @Test
  void xaisThoughtsCountAsCompletion() {
    ChatReply.Complete reply =
        reply(
            "xai",
            "'content':'Hi'",
            "{'prompt_tokens':9,'completion_tokens':2,'total_tokens':16,"
                + "'completion_tokens_details':{'reasoning_tokens':5}}");

    assertThat(reply.usage()).isEqualTo(new Usage(9, 0, 0, 7, 5));
    assertThat(json(reply.json()).at("/usage/completion_tokens").asInt()).isEqualTo(7);
  }

  @Test
  void xaisThoughtsAreNotCountedTwice() {
    ChatReply.Complete reply =
        reply(
            "xai",
            "'content':'Hi'",
            "{'prompt_tokens':9,'completion_tokens':7,'total_tokens':16,"
                + "'completion_tokens_details':{'reasoning_tokens':5}}");

    assertThat(reply.usage()).isEqualTo(new Usage(9, 0, 0, 7, 5));
    assertThat(json(reply.json()).at("/usage/completion_tokens").asInt()).isEqualTo(7);
  }

  @Test
  void mistralsPartsAreTextAndThoughts() {
    ChatReply.Complete reply =
        reply(
            "mistral",
            "'content':[{'type':'thinking','thinking':[{'type':'text','text':'Hm'}]},"
                + "{'type':'text','text':'Hi'}]",
            "{}");
    JsonNode message = json(reply.json()).at("/choices/0/message");

    assertThat(message.path("content").asText()).isEqualTo("Hi");
    assertThat(message.path("reasoning_content").asText()).isEqualTo("Hm");
  }

  @Test
  void openRoutersDetailsAreKept() {
    ChatReply.Complete reply =
        reply(
            "openrouter",
            "'content':'Hi','reasoning':'Hm','reasoning_details':[{'signature':'s'}]",
            "{'cost':0.5}");
    JsonNode answer = json(reply.json());

    assertThat(answer.at("/choices/0/message/reasoning_content").asText()).isEqualTo("Hm");
    assertThat(answer.at("/choices/0/message/reasoning_details/0/signature").asText())
        .isEqualTo("s");
    assertThat(answer.at("/usage/cost").asDouble()).isEqualTo(0.5);
  }

  @Test
  void groqsUsageIsFound() {
    String more = ",'stream':true,'stream_options':{'include_usage':true}";
    ChunkStream stream = KameletDialect.of("groq").stream(request("m", more));
    String head = "{'id':'x','object':'chat.completion.chunk','created':1,'model':'m','choices':[{";
    for (String event :
        List.of(
            head + "'index':0,'delta':{'role':'assistant','content':'Hi'},'finish_reason':null}]}",
            head
                + "'index':0,'delta':{},'finish_reason':'stop'}],'x_groq':{'id':'r','usage':"
                + "{'prompt_tokens':9,'completion_tokens':2}}}",
            "[DONE]")) {
      byte[] bytes = event.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
      stream.event(null, bytes, 0, bytes.length);
    }

    assertThat(stream.usage()).isEqualTo(new Usage(9, 0, 0, 2, 0));
    assertThat(stream.take().toString())
        .contains("\"choices\":[]", "\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":2}");
  }
}
