package dev.bactrian.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.chat.ChatRequest;
import dev.bactrian.dialect.Dialect;
import dev.bactrian.json.Json;
import dev.bactrian.kit.KameletDialect;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the kamelets of DeepSeek, Zhipu, Qwen, Moonshot, MiniMax and StepFun make of requests. */
class ProviderQuirksTest {
  private static final String OFF = "{\"type\":\"disabled\"}";

  /** Provider/model, members of the request, members as they are sent, what the client is told. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        // DeepSeek
        "deepseek/deepseek-v4-pro | 'reasoning_effort':'max' | 'reasoning_effort':'max' |",
        "deepseek/deepseek-v4-pro | 'reasoning_effort':'medium' | 'reasoning_effort':'medium' |",
        "deepseek/deepseek-v4-pro | 'reasoning_effort':'none' | 'thinking':{'type':'disabled'} |"
            + " reasoning_effort=dropped;thinking="
            + OFF,
        "deepseek/deepseek-v4-pro | 'user':'u1' | 'user_id':'u1' |",
        "deepseek/deepseek-v4-pro | 'max_completion_tokens':9 | 'max_tokens':9 |",
        "deepseek/deepseek-v4-pro | 'thinking':{'type':'enabled'},'top_k':3 |"
            + " 'thinking':{'type':'enabled'},'top_k':3 |",
        // Zhipu
        "zhipu/glm-5.1 | 'temperature':0 | 'temperature':0,'do_sample':false | do_sample=false",
        "zhipu/glm-5.1 | 'temperature':1.5,'top_p':0 | 'temperature':1,'top_p':0.01 |"
            + " temperature=1;top_p=0.01",
        "zhipu/glm-5.1 | 'stop':['a','b'] | 'stop':['a'] | stop=1 of 2",
        "zhipu/glm-5.1 | 'stop':'a' | 'stop':['a'] |",
        "zhipu/glm-5.1 | 'tool_choice':'required' | 'tool_choice':'auto' | tool_choice=auto",
        "zhipu/glm-5.1 | 'reasoning_effort':'low' | 'thinking':{'type':'enabled'} |"
            + " reasoning_effort=dropped;thinking={\"type\":\"enabled\"}",
        "zhipu/glm-4.7-flash | 'reasoning_effort':'none' | 'thinking':{'type':'disabled'} |"
            + " reasoning_effort=dropped;thinking="
            + OFF,
        "zhipu/glm-5.2 | 'reasoning_effort':'xhigh' | 'reasoning_effort':'xhigh' |",
        "zhipu/glm-5.3 | 'reasoning_effort':'medium' | 'reasoning_effort':'high' |"
            + " reasoning_effort=high",
        "zhipu/glm-5.3 | 'reasoning_effort':'max' | 'reasoning_effort':'max' |",
        "zhipu/glm-5.1 | 'tools':[{'type':'web_search','web_search':{'enable':true,"
            + "'search_engine':'search_pro'}}] | 'tools':[{'type':'web_search','web_search':{"
            + "'enable':true,'search_engine':'search_pro'}}] |",
        "zhipu/glm-5.1 | 'thinking':{'type':'enabled','clear_thinking':false},'tool_stream':true |"
            + " 'thinking':{'type':'enabled','clear_thinking':false},'tool_stream':true |",
        // Qwen
        "qwen/qwen3-32b | 'n':1 | 'n':1,'enable_thinking':false | enable_thinking=false",
        "qwen/qwen3-235b-a22b | 'n':1 | 'n':1,'enable_thinking':false | enable_thinking=false",
        "qwen/qwen3-235b-a22b | 'n':1,'stream':true |"
            + " 'n':1,'stream':true,'stream_options':{'include_usage':true} |",
        "qwen/qwen3-32b | 'enable_thinking':true | 'enable_thinking':true |",
        "qwen/qwen3-max | 'n':1 | 'n':1 |",
        "qwen/qwen3-max | 'n':5 | 'n':4 | n=4",
        "qwen/qwen3-max | 'n':2,'tools':[{}] | 'tools':[{}] | n=dropped",
        "qwen/qwen3-max | 'temperature':2 | 'temperature':1.99 | temperature=1.99",
        "qwen/qwen3-max | 'tool_choice':'required' | 'tool_choice':'auto' | tool_choice=auto",
        "qwen/qwen3-max | 'tool_choice':{'type':'function','function':{'name':'f'}} |"
            + " 'tool_choice':{'type':'function','function':{'name':'f'}} |",
        "qwen/qwen-plus | 'reasoning_effort':'high' | 'enable_thinking':true |"
            + " reasoning_effort=dropped;enable_thinking=true",
        "qwen/qwen3.7-max | 'reasoning_effort':'none' | 'enable_thinking':false |"
            + " reasoning_effort=dropped;enable_thinking=false",
        "qwen/deepseek-v4-pro | 'reasoning_effort':'low' |"
            + " 'reasoning_effort':'high','enable_thinking':true |"
            + " reasoning_effort=high;enable_thinking=true",
        "qwen/qwen3.7-max | 'response_format':{'type':'json_object'} |"
            + " 'response_format':{'type':'json_object'},'enable_thinking':false |"
            + " enable_thinking=false",
        "qwen/qwen3-max | 'enable_search':true,'search_options':{'forced_search':true} |"
            + " 'enable_search':true,'search_options':{'forced_search':true} |",
        "qwen/qwen3-max | 'frequency_penalty':1 | | frequency_penalty=dropped",
        // Moonshot
        "moonshot/kimi-k3 | 'temperature':0.7,'top_p':0.9,'n':1,'presence_penalty':0 | |"
            + " temperature=dropped;top_p=dropped;n=dropped;presence_penalty=dropped",
        "moonshot/moonshot-v1-8k | 'temperature':1.5,'n':9 | 'temperature':1,'n':5 |"
            + " temperature=1;n=5",
        "moonshot/kimi-k3 | 'max_tokens':9 | 'max_completion_tokens':9 |",
        "moonshot/kimi-k3 | 'reasoning_effort':'medium' | 'reasoning_effort':'high' |"
            + " reasoning_effort=high",
        "moonshot/kimi-k3 | 'reasoning_effort':'none' | 'reasoning_effort':'low' |"
            + " reasoning_effort=low",
        "moonshot/kimi-k2.6 | 'reasoning_effort':'none' | 'thinking':{'type':'disabled'} |"
            + " reasoning_effort=dropped;thinking="
            + OFF,
        "moonshot/kimi-k2.7-code | 'reasoning_effort':'none' | | reasoning_effort=dropped",
        "moonshot/kimi-k3 | 'tools':[{'type':'builtin_function','function':{'name':'$web_search'}}]"
            + " | 'tools':[{'type':'builtin_function','function':{'name':'$web_search'}}] |",
        "moonshot/kimi-k3 | 'tools':[{'type':'function','function':{'name':'f','strict':true}}]"
            + " | 'tools':[{'type':'function','function':{'name':'f'}}] |"
            + " tools.function.strict=dropped",
        "moonshot/kimi-k3 | 'user':'u1','prompt_cache_key':'k' |"
            + " 'safety_identifier':'u1','prompt_cache_key':'k' |",
        // MiniMax
        "minimax/MiniMax-M3 | 'temperature':0 | 'temperature':0.01 | temperature=0.01",
        "minimax/MiniMax-M3 | 'temperature':2 | 'temperature':1 | temperature=1",
        "minimax/MiniMax-M3 | 'max_tokens':9,'n':3 | 'max_completion_tokens':9,'n':1 | n=1",
        "minimax/MiniMax-M3 | 'reasoning_effort':'high' | 'thinking':{'type':'adaptive'} |"
            + " reasoning_effort=dropped;thinking={\"type\":\"adaptive\"}",
        "minimax/MiniMax-M3 | 'reasoning_effort':'none' | 'thinking':{'type':'disabled'} |"
            + " reasoning_effort=dropped;thinking="
            + OFF,
        "minimax/MiniMax-M2.5 | 'reasoning_effort':'none' | | reasoning_effort=dropped",
        "minimax/MiniMax-M3 | 'mask_sensitive_info':true,'stop':'a' | 'mask_sensitive_info':true |"
            + " stop=dropped",
        // StepFun
        "stepfun/step-3.7-flash | 'frequency_penalty':-1 |"
            + " 'frequency_penalty':0,'reasoning_format':'deepseek-style' | frequency_penalty=0",
        "stepfun/step-3.7-flash | 'reasoning_effort':'medium' |"
            + " 'reasoning_effort':'medium','reasoning_format':'deepseek-style' |",
        "stepfun/step-3.5-flash | 'reasoning_effort':'medium' |"
            + " 'reasoning_effort':'high','reasoning_format':'deepseek-style' |"
            + " reasoning_effort=high",
        "stepfun/step-2-16k | 'reasoning_effort':'low' | | reasoning_effort=dropped",
        "stepfun/step-3.7-flash | 'reasoning_format':'general','seed':1 |"
            + " 'reasoning_format':'general' | seed=dropped"
      })
  void aRequestIsSentAsTheProviderTakesIt(
      String model, String members, @Nullable String sent, @Nullable String told)
      throws IOException {
    String messages = "\"messages\":[{\"role\":\"user\",\"content\":\"json, please\"}]";
    String[] name = model.split("/", 2);

    Dialect.Outgoing out = out(name[0], name[1], "{" + json(members) + "," + messages + "}");

    String expected =
        "{" + (sent == null ? "" : json(sent) + ",") + messages + ",\"model\":\"" + name[1] + "\"}";
    assertThat(Json.MAPPER.readTree(out.body())).isEqualTo(Json.MAPPER.readTree(expected));
    assertThat(String.join(";", out.changes())).isEqualTo(told == null ? "" : told);
  }

  @ParameterizedTest
  @CsvSource({
    "deepseek,deepseek-v4-pro,true",
    "moonshot,kimi-k2.6,true",
    "moonshot,kimi-k3,false",
    "zhipu,glm-5.1,false"
  })
  void whoeverLostTheThoughtsCannotGoOnThinking(String provider, String model, boolean off)
      throws IOException {
    String body =
        "{'reasoning_effort':'low','messages':[{'role':'user','content':'x'},"
            + "{'role':'assistant','content':null,'tool_calls':[{'id':'1'}]},"
            + "{'role':'tool','tool_call_id':'1','content':'y'}]}";

    Dialect.Outgoing out = out(provider, model, json(body));

    assertThat(Json.MAPPER.readTree(out.body()).at("/thinking/type").asText().equals("disabled"))
        .isEqualTo(off);
    String kept = json(body).replace("null,", "null,\"reasoning_content\":\"hm\",");
    assertThat(
            Json.MAPPER.readTree(out(provider, model, kept).body()).at("/thinking/type").asText())
        .isNotEqualTo("disabled");
  }

  @ParameterizedTest
  @ValueSource(strings = {"deepseek", "zhipu", "moonshot", "minimax", "stepfun", "qwen"})
  void thoughtsOfEarlierTurnsAreSentBack(String provider) {
    String messages =
        "\"messages\":[{\"role\":\"user\",\"content\":\"x\"},"
            + "{\"role\":\"assistant\",\"content\":\"y\",\"reasoning_content\":\"hm\"}]";

    String sent =
        new String(out(provider, "any", "{" + messages + "}").body(), StandardCharsets.UTF_8);

    assertThat(sent).contains(messages);
  }

  private static Dialect.Outgoing out(String provider, String model, String body) {
    byte[] bytes = ("{\"model\":\"x\"," + body.substring(1)).getBytes(StandardCharsets.UTF_8);
    return KameletDialect.of(provider).request(ChatRequest.read(bytes).withModel(model, null));
  }

  private static String json(String text) {
    return text.replace('\'', '"');
  }
}
