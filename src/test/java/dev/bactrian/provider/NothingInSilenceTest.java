package dev.bactrian.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.catalogue.CatalogueReader;
import dev.bactrian.catalogue.Model;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.dialect.Dialect;
import dev.bactrian.dialect.Dialect.Outgoing;
import dev.bactrian.error.ApiException;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.kit.KameletDialect;
import dev.bactrian.kit.Reply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Whatever OpenAI's API has for a request reaches every provider, in its own words, or the client
 * is told of the change.
 */
class NothingInSilenceTest {
  private static final Pattern WORD = Pattern.compile("\\bS[A-Za-z]+");

  private static final String TOOL =
      "'tools':[{'type':'function','function':{'name':'Sname','description':'Sabout','parameters':"
          + "{'type':'object','properties':{'Sprop':{'type':'string'}}}}}]";

  /** Members of the body, each on its own; what begins with S is looked for word by word. */
  private static final String[] MEMBERS = {
    "'temperature':0.37",
    "'top_p':0.41",
    "'n':3",
    "'stop':'Sone'",
    "'stop':['Sone','Stwo','Sthree','Sfour','Sfive','Ssix']",
    "'stop':['Sfarlongerthantwentycharactersareandmuchlongerthanthirtytwobytes']",
    "'max_tokens':432",
    "'max_completion_tokens':431",
    "'presence_penalty':0.21",
    "'frequency_penalty':0.22",
    "'logit_bias':{'50256':-100}",
    "'logprobs':true",
    "'logprobs':true,'top_logprobs':3",
    "'seed':77123",
    "'stream':true,'stream_options':{'include_obfuscation':false}",
    "'response_format':{'type':'json_object'}",
    "'response_format':{'type':'json_schema','json_schema':{'name':'n','description':'Sabout',"
        + "'strict':true,'schema':{'type':'object','properties':{'Sprop':{'type':'string'}}}}}",
    TOOL,
    TOOL.replace("'parameters'", "'strict':true,'parameters'"),
    TOOL.replace("'description'", "'x_member':'Sx','description'"),
    TOOL.replace("'function':", "'x_member':'Sx','function':"),
    TOOL + ",'tool_choice':'none'",
    TOOL + ",'tool_choice':'required'",
    TOOL + ",'tool_choice':{'type':'function','function':{'name':'Sname'}}",
    TOOL
        + ",'tool_choice':{'type':'allowed_tools','allowed_tools':{'mode':'auto','tools':"
        + "[{'type':'function','function':{'name':'Sname'}}]}}",
    TOOL + ",'parallel_tool_calls':false",
    "'tools':[{'type':'custom','custom':{'name':'Sname','description':'Sabout'}}]",
    "'functions':[{'name':'Sname','parameters':{'type':'object'}}],'function_call':'auto'",
    "'reasoning_effort':'none'",
    "'reasoning_effort':'minimal'",
    "'reasoning_effort':'low'",
    "'reasoning_effort':'high'",
    "'reasoning_effort':'max'",
    "'verbosity':'low'",
    "'modalities':['text','audio'],'audio':{'voice':'Svoice','format':'mp3'}",
    "'prediction':{'type':'content','content':'Sguess'}",
    "'service_tier':'flex'",
    "'store':true",
    "'metadata':{'Skey':'Svalue'}",
    "'user':'Suser'",
    "'safety_identifier':'Suser'",
    "'prompt_cache_key':'Skey'",
    "'prompt_cache_retention':'24h'",
    "'prompt_cache_options':{'mode':'explicit','ttl':'30m'}",
    "'web_search_options':{'search_context_size':'low'}",
    "'moderation':{'model':'Smodel'}",
    "'x_unknown':'Sx'",
  };

  /** Parts of conversations: what stands between the marks is there or not. */
  private static final String[] MESSAGES = {
    "{'role':'system','content':'Ssystem'«,'name':'Sname'»},{'role':'user','content':'Hi'}",
    "«{'role':'developer','content':'Ssystem'},»{'role':'user','content':'Hi'}",
    "«{'role':'system','content':[{'type':'text','text':'Sone'},{'type':'text','text':'Stwo'}]},»"
        + "{'role':'user','content':'Hi'}",
    "{'role':'user','content':'Hi'},«{'role':'system','content':'Slater'},»"
        + "{'role':'user','content':'Hi'}",
    "{'role':'user','content':'Hi'«,'name':'Sname'»}",
    "{'role':'user','content':'Hi'«,'x_member':'Sx'»}",
    after("'content':'Ssaid'«,'name':'Sname'»"),
    after("'content':'Ssaid'«,'refusal':'Srefused'»"),
    after("'content':null«,'refusal':'Srefused'»"),
    after("'content':[{'type':'text','text':'Ssaid'}«,{'type':'refusal','refusal':'Srefused'}»]"),
    after("'content':'Ssaid'«,'audio':{'id':'Saudio'}»"),
    after("'content':'Ssaid'«,'reasoning_content':'Sthought'»"),
    after("'content':'Ssaid'«,'annotations':[{'type':'url_citation','url':'Surl'}]»"),
    after("'content':'Ssaid'«,'function_call':{'name':'Sname','arguments':'{}'}»"),
    after("'content':'Ssaid'«," + called("'function':{'name':'Sname','arguments':'{}'}") + "»"),
    after("'content':null," + called("'function':{'name':'f','arguments':'«{\\'Sarg\\':1}»'}")),
    after(called("«'x_member':'Sx',»'function':{'name':'f','arguments':'{}'}")),
    after(called("'type':'custom','custom':{'name':'f','input':'«Sinput»'}")),
    result("'content':[{'type':'text','text':'Sone'}«,{'type':'text','text':'Stwo'}»]"),
    result("'content':'Sresult'«,'name':'f'»"),
    result("'content':'Sresult'«,'x_member':'Sx'»"),
    result(
        "'content':[«{'type':'image_url','image_url':{'url':'data:image/png;base64,SAAA'}},»"
            + "{'type':'text','text':'Sone'}]"),
    part("{'type':'image_url','image_url':{'url':'https://example.com/Spicture.png'}}"),
    part("{'type':'image_url','image_url':{'url':'data:image/png;base64,SAAA'}}"),
    part("{'type':'input_audio','input_audio':{'data':'SAAA','format':'wav'}}"),
    part(
        "{'type':'file','file':{'filename':'Sname.pdf','file_data':"
            + "'data:application/pdf;base64,SAAA'}}"),
    part("{'type':'file','file':{'file_id':'Sid'}}"),
    part("{'type':'x_part','x_part':'Sx'}"),
    text("'cache_control':{'type':'ephemeral'}"),
    text("'prompt_cache_breakpoint':{'mode':'explicit'}"),
    text("'x_member':'Sx'"),
    "{'role':'user','content':[{'type':'image_url','image_url':{'url':"
        + "'data:image/png;base64,SAAA'«,'detail':'high'»}},{'type':'text','text':'Stext'}]}",
    "{'role':'user','content':[{'type':'image_url','image_url':{'url':"
        + "'data:image/png;base64,SAAA'}«,'cache_control':{'type':'ephemeral'}»}]}",
    "{'role':'user','content':[{'type':'image_url','image_url':{'url':"
        + "'data:image/png;base64,SAAA'}«,'x_member':'Sx'»}]}",
  };

  private static String after(String said) {
    return "{'role':'user','content':'Hi'},{'role':'assistant',"
        + said
        + "},"
        + "{'role':'user','content':'Hi'}";
  }

  private static String called(String call) {
    String type = call.contains("'type'") ? "" : "'type':'function',";
    return "'tool_calls':[{'id':'call_1'," + type + call + "}]";
  }

  private static String result(String said) {
    return "{'role':'user','content':'Hi'},{'role':'assistant',"
        + called("'function':{'name':'f','arguments':'{}'}")
        + "},{'role':'tool','tool_call_id':'call_1',"
        + said
        + "}";
  }

  private static String part(String part) {
    return "{'role':'user','content':[«" + part + ",»{'type':'text','text':'Stext'}]}";
  }

  private static String text(String member) {
    return "{'role':'user','content':[{'type':'text','text':'Stext'«," + member + "»}]}";
  }

  /** What has no effect where there is nothing that it could be about, and so is not lost. */
  private static final List<String> WITHOUT_EFFECT =
      List.of(
          "'stream':true,'stream_options':{'include_obfuscation':false}", // nobody else pads
          "'reasoning_effort':'none'", // what is not asked to think does not
          result("'content':'Sresult'«,'name':'f'»")); // the call has that name

  /** A request with something in it and the same without it, as its text says. */
  private record Probe(String text, ObjectNode with, ObjectNode without) {}

  private static ObjectNode body(String more) {
    String json = more.replace("\\'", "\\\"").replace('\'', '"');
    return (ObjectNode) Reply.json("{\"model\":\"x\"," + json + "}");
  }

  private static List<Probe> probes() {
    String hi = "'messages':[{'role':'user','content':'Hi'}]";
    List<Probe> probes = new ArrayList<>();
    for (String member : MEMBERS) {
      ObjectNode with = body(hi + "," + member);
      boolean more = with.has("tools") && !member.equals(TOOL) && !member.contains("'custom'");
      ObjectNode without = body(more ? hi + "," + TOOL : hi);
      if (with.has("stream")) {
        without.put("stream", true);
      }
      probes.add(new Probe(member, with, without));
    }
    for (String messages : MESSAGES) {
      ObjectNode with = body("'messages':[" + messages.replaceAll("[«»]", "") + "]");
      ObjectNode without = body("'messages':[" + messages.replaceAll("«.*»", "") + "]");
      probes.add(new Probe(messages, with, without));
    }
    return probes;
  }

  @Test
  void everyMemberIsSentOrNamed() {
    Map<String, Set<String>> silent = new TreeMap<>();
    List<Probe> probes = probes();
    for (Model model : new CatalogueReader("").read().models()) {
      String id = model.isWildcard() ? "any" : model.upstream();
      for (Dialect dialect : KameletDialect.all(model.provider())) {
        for (Probe probe : probes) {
          Set<String> lost = lost(dialect, id, probe);
          if (!lost.isEmpty() && !WITHOUT_EFFECT.contains(probe.text())) {
            silent.computeIfAbsent(probe.text(), none -> new TreeSet<>()).add(model.id() + lost);
          }
        }
      }
    }
    assertThat(silent).isEmpty();
  }

  /** The words of a probe that are neither sent nor told of. */
  private static Set<String> lost(Dialect dialect, String model, Probe probe) {
    Outgoing with;
    Outgoing without;
    try {
      without = out(dialect, model, probe.without());
      with = out(dialect, model, probe.with());
    } catch (UpstreamException | ApiException refused) {
      return Set.of();
    }
    List<String> told = new ArrayList<>(with.changes());
    told.removeAll(without.changes());
    if (!told.isEmpty() || isPartOfWhatIsDropped(probe, with.changes())) {
      return Set.of();
    }
    if (Arrays.equals(with.body(), without.body()) && with.headers().equals(without.headers())) {
      return Set.of("all");
    }
    String sent = new String(with.body(), StandardCharsets.UTF_8);
    Set<String> words = new TreeSet<>();
    words(probe.with(), words);
    words.removeIf(sent::contains);
    return words;
  }

  /** Whether the client is told that all tools, or all calls of tools, are left out. */
  private static boolean isPartOfWhatIsDropped(Probe probe, List<String> changes) {
    return (probe.with().has("tools") && changes.contains("tools=dropped"))
        || (probe.text().contains("tool_calls") && changes.contains("messages.tool_calls=dropped"));
  }

  private static Outgoing out(Dialect dialect, String model, ObjectNode body) {
    byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
    return dialect.request(ChatRequest.read(bytes).withModel(model, null));
  }

  private static void words(JsonNode node, Set<String> words) {
    if (node.isTextual()) {
      WORD.matcher(node.asText()).results().map(MatchResult::group).forEach(words::add);
    }
    for (Map.Entry<String, JsonNode> member : node.properties()) {
      if (member.getKey().startsWith("x_") || WORD.matcher(member.getKey()).matches()) {
        words.add(member.getKey());
      }
    }
    node.forEach(child -> words(child, words));
  }
}
