package dev.bactrian.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.Reply;
import dev.bactrian.simulator.SensenovaTokenSimulator;
import dev.bactrian.simulator.Simulator;
import dev.bactrian.simulator.Simulators;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client can have of these providers beyond OpenAI, on sockets. */
class ExtensionsIT {
  private static Simulators simulators = Simulators.start(0);
  private static Gateway gateway = start();

  /** All stand-ins that are called as their provider usually is. */
  private static Gateway start() {
    Gateway.Settings settings = Gateway.with().withoutBreakers().set("bactrian.attempts", "1");
    for (Simulator simulator : simulators.running()) {
      if (simulator.name().equals(simulator.provider())) {
        simulator
            .settings(simulators.base(simulator))
            .forEach((name, value) -> settings.kamelet(simulator.provider(), name, value));
      }
    }
    return settings.start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    simulators.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "deepseek/deepseek-v4-pro | 'reasoning_effort':'max'",
        "deepseek/deepseek-v4-pro | 'thinking':{'type':'disabled'},'user_id':'u-1'",
        "zhipu/glm-5.1 | 'tools':[{'type':'web_search','web_search':{'enable':true}}]",
        "zhipu/glm-5.1 | 'thinking':{'type':'enabled','clear_thinking':true},'request_id':'r-1'",
        "qwen/qwen3-max | 'enable_search':true,'search_options':{'forced_search':true}",
        "qwen/qwen3-max | 'enable_thinking':true,'thinking_budget':100,'top_k':5",
        "moonshot/kimi-k2.6 | 'prompt_cache_key':'k','thinking':{'type':'enabled','keep':'all'}",
        "minimax/minimax-m3 | 'mask_sensitive_info':true,'thinking':{'type':'adaptive'}",
        "stepfun/step-3.7-flash | 'tools':[{'type':'web_search','function':{'description':'d'}}]",
        "sensenova/sensenova-v6-reasoner | 'plugins':{'web_search':{'search_enable':true}},'repetition_penalty':1.1",
        "bytedance/doubao-2.0-pro | 'thinking':{'type':'auto'},'service_tier':'default'",
        "baidu/ernie-5.0 | 'web_search':{'enable':true,'enable_citation':true},'penalty_score':1.2",
        "anthropic/claude-sonnet-4.6 | 'top_k':5",
        "google/gemini-2.5-flash | 'safetySettings':[{'category':'HARM_CATEGORY_HARASSMENT','threshold':'BLOCK_ONLY_HIGH'}]",
        "bedrock/anthropic.claude-haiku-4-5-20251001-v1:0 | 'guardrailConfig':{'guardrailIdentifier':'g','guardrailVersion':'1'},'requestMetadata':{'a':'b'}",
        "azure/gpt-4o | 'data_sources':[{'type':'azure_search','parameters':{}}]",
        "openrouter/anthropic/claude-sonnet-4.6 | 'provider':{'order':['azure'],'allow_fallbacks':false}",
        "openrouter/anthropic/claude-sonnet-4.6 | 'plugins':[{'id':'web'}],'transforms':['middle-out'],'reasoning':{'effort':'low'}",
        "zenmux/openai/gpt-4.1-mini | 'reasoning':{'effort':'low'}",
        "mistral/mistral-medium-2604 | 'safe_prompt':true,'prompt_mode':'reasoning'",
        "groq/openai/gpt-oss-120b | 'reasoning_format':'parsed','service_tier':'flex'",
        "xai/grok-4.3 | 'search_parameters':{'mode':'auto'}",
        "ollama/llama3.2 | 'keep_alive':'5m'",
        "vllm/Qwen/Qwen3-8B | 'chat_template_kwargs':{'enable_thinking':false},'min_p':0.1",
        "openai-compatible/any/model:of-it | 'whatever':{'a':[1]}"
      })
  void anExtensionReachesTheProviderAsItIs(String model, String members) throws Exception {
    JsonNode extension = Json.MAPPER.readTree(("{" + members + "}").replace('\'', '"'));

    Reply reply = ask(model, extension);

    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    JsonNode sent = simulators.server().last().json();
    extension
        .properties()
        .forEach(member -> assertThat(sent.get(member.getKey())).isEqualTo(member.getValue()));
    assertThat(reply.header("x-bactrian-changes")).isEmpty();
  }

  @Test
  void aMarkForAnthropicsCacheStaysWhereItIs() throws Exception {
    String messages =
        "{'messages':[{'role':'user','content':[{'type':'text','text':'Hi',"
            + "'cache_control':{'type':'ephemeral'}}]}]}";
    JsonNode marked = Json.MAPPER.readTree(messages.replace('\'', '"'));

    Reply reply = ask("anthropic/claude-sonnet-4.6", marked);
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    assertThat(reply.header("x-bactrian-changes")).isEmpty();
    JsonNode sent = simulators.server().last().json();
    assertThat(sent.at("/messages/0/content/0/cache_control/type").asText()).isEqualTo("ephemeral");

    ask("bedrock/anthropic.claude-haiku-4-5-20251001-v1:0", marked);
    sent = simulators.server().last().json();
    assertThat(sent.at("/messages/0/content/1/cachePoint/type").asText()).isEqualTo("default");
  }

  @ParameterizedTest
  @CsvSource({
    "deepseek/deepseek-v4-pro,deepseek-v4-pro",
    "deepseek/deepseek-v4-turbo,deepseek-flash",
    "deepseek/deepseek-chat,deepseek-flash",
    "zhipu/glm-5.1,glm-5.1",
    "qwen/qwen3-max,qwen3-max",
    "qwen/qwen3-coder-plus,qwen3-coder-plus",
    "qwen/qwen-2.5-72b-instruct,qwen2.5-72b-instruct",
    "moonshot/kimi-k2-thinking,kimi-k2-thinking",
    "minimax/minimax-m1,MiniMax-M1",
    "doubao/doubao-2.0-pro,doubao-seed-2-0-pro-260215",
    "doubao-2.0-pro,doubao-seed-2-0-pro-260215",
    "stepfun/step-3-flash,step-3.5-flash",
    "step-3-flash,step-3.5-flash",
    "sensenova-6,SenseNova-V6-Pro",
    "yi/yi-vision-v3,yi-vision-v2",
    "yi-vision-v3,yi-vision-v2",
    "ernie-5.0,ernie-5.0",
    "anthropic/claude-sonnet-4.6,claude-sonnet-4-6",
    "claude-opus-4.6,claude-opus-4-6",
    "google/gemini-2.0-flash,",
    "gemini-2.0-flash,",
    "openai/gpt-4o,gpt-4o",
    "openai/gpt-4o-mini,gpt-4o-mini",
    "gpt-4.1-mini,gpt-4.1-mini",
    "openrouter/auto,openrouter/auto"
  })
  void everyModelOfTheBriefAnswers(String name, @Nullable String upstream) throws Exception {
    Reply reply = ask(name, Json.MAPPER.createObjectNode());

    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    assertThat(simulators.server().last().member("model"))
        .isEqualTo(upstream == null ? "" : upstream);
  }

  @Test
  void senseNovasModelIsToBeHadWithAKeyOfTheTokenPlanToo() throws Exception {
    SensenovaTokenSimulator plan = new SensenovaTokenSimulator();
    Gateway.Settings settings = Gateway.with().withoutBreakers();
    plan.settings(simulators.base(plan))
        .forEach((name, value) -> settings.kamelet("sensenova", name, value));
    try (Gateway other = settings.start()) {
      Reply reply = other.client().ask("sensenova-6");

      assertThat(reply.status()).as(reply.body()).isEqualTo(200);
      assertThat(simulators.server().last().member("model")).isEqualTo("sensenova-6.7-flash-lite");
    }
  }

  @Test
  void whatASearchOfZhipuFoundReachesTheClient() throws Exception {
    String tools = "{\"tools\":[{\"type\":\"web_search\",\"web_search\":{\"enable\":true}}]}";

    JsonNode answer = ask("zhipu/glm-5.1", Json.MAPPER.readTree(tools)).json();

    assertThat(answer.at("/web_search/0/title").asText()).isEqualTo("Found");
    assertThat(answer.at("/choices/0/message").has("tool_calls")).isFalse();
  }

  @Test
  void theSearchOfKimiIsCalledAndAnsweredLikeAFunction() throws Exception {
    String tools =
        "{\"tools\":[{\"type\":\"builtin_function\",\"function\":{\"name\":\"$web_search\"}}]}";
    JsonNode message =
        ask("moonshot/kimi-k2.6", Json.MAPPER.readTree(tools)).json().at("/choices/0/message");
    JsonNode call = message.at("/tool_calls/0");
    assertThat(call.at("/function/name").asText()).isEqualTo("$web_search");

    ObjectNode next = (ObjectNode) Json.MAPPER.readTree(tools);
    next.putArray("messages").addObject().put("role", "user").put("content", "Hi");
    next.withArray("messages").add(message);
    ObjectNode result = next.withArray("messages").addObject().put("role", "tool");
    result.put("tool_call_id", call.path("id").asText());
    result.put("content", call.at("/function/arguments").asText());
    Reply second = ask("moonshot/kimi-k2.6", next);
    assertThat(second.status()).as(second.body()).isEqualTo(200);
    assertThat(second.json().at("/choices/0/message/content").asText()).contains("Zürich");
    assertThat(second.header("x-bactrian-changes")).as("its thoughts came back").isEmpty();
  }

  private static Reply ask(String model, JsonNode members) {
    ObjectNode body = Json.MAPPER.createObjectNode().put("model", model);
    body.putArray("messages").addObject().put("role", "user").put("content", "Hi");
    members.properties().forEach(member -> body.set(member.getKey(), member.getValue()));
    return gateway.client().chat(body.toString());
  }
}
