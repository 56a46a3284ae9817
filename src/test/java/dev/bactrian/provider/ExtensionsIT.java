package dev.bactrian.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.Reply;
import dev.bactrian.simulator.DeepSeekSimulator;
import dev.bactrian.simulator.MiniMaxSimulator;
import dev.bactrian.simulator.MoonshotSimulator;
import dev.bactrian.simulator.QwenSimulator;
import dev.bactrian.simulator.Simulator;
import dev.bactrian.simulator.ZhipuSimulator;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client can have of these providers beyond OpenAI, on sockets. */
class ExtensionsIT {
  private static final List<Simulator> ALL =
      List.of(
          new DeepSeekSimulator(),
          new ZhipuSimulator(true),
          new QwenSimulator(),
          new MoonshotSimulator(),
          new MiniMaxSimulator());
  private static final ProviderServer SERVER = ProviderServer.start().always(ExtensionsIT::route);
  private static Gateway gateway = start();

  private static Gateway start() {
    Gateway.Settings settings = Gateway.with().withoutBreakers().set("bactrian.attempts", "1");
    for (Simulator simulator : ALL) {
      simulator
          .settings("http://127.0.0.1:" + SERVER.port() + "/" + simulator.name())
          .forEach((name, value) -> settings.kamelet(simulator.provider(), name, value));
    }
    return settings.start();
  }

  private static void route(ProviderCall call) throws Exception {
    for (Simulator simulator : ALL) {
      if (call.target().startsWith("/" + simulator.name() + "/")) {
        simulator.answer(call);
        return;
      }
    }
  }

  @BeforeAll
  static void started() {
    assertThat(gateway.port()).isPositive();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    SERVER.close();
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
        "minimax/minimax-m3 | 'mask_sensitive_info':true,'thinking':{'type':'adaptive'}"
      })
  void anExtensionReachesTheProviderAsItIs(String model, String members) throws Exception {
    JsonNode extension = Json.MAPPER.readTree(("{" + members + "}").replace('\'', '"'));

    Reply reply = ask(model, extension);

    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    JsonNode sent = SERVER.last().json();
    extension
        .properties()
        .forEach(member -> assertThat(sent.get(member.getKey())).isEqualTo(member.getValue()));
    assertThat(reply.header("x-bactrian-changes")).isEmpty();
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
