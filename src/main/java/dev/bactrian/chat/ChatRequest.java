package dev.bactrian.chat;

import dev.bactrian.json.Json;
import dev.bactrian.json.ObjectIndex;
import dev.bactrian.json.Splice;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A chat completion request: the client's own bytes, what routing needs to know of them, and the
 * model that it goes to. The bytes are never built anew, so members that nobody here knows reach
 * the provider as they came.
 *
 * @param index the body and its members
 * @param model the model to ask for: first the client's word, then the provider's id
 * @param models the client's {@code models}, to be tried in this order after {@code model}
 * @param route how to choose among several models, null if the client has not said
 * @param parts whether a message is made of parts, such as pictures
 * @param stream whether the client wants server-sent events
 * @param includeUsage whether the client asked for a usage chunk
 * @param maxOutput the most tokens that the model can write, null where unknown
 * @param developerRoles where {@code "developer"} stands as a message's role, offsets of the quotes
 */
public record ChatRequest(
    ObjectIndex index,
    String model,
    List<String> models,
    @Nullable Policy route,
    boolean parts,
    boolean stream,
    boolean includeUsage,
    @Nullable Long maxOutput,
    List<Integer> developerRoles) {

  /**
   * Reads a body.
   *
   * @throws dev.bactrian.error.ApiException 400 with the member that is wrong
   */
  public static ChatRequest read(byte[] body) {
    return new ChatRequestReader(body).read();
  }

  /**
   * The same request for another model.
   *
   * @param output the most tokens that it can write, null where unknown
   */
  public ChatRequest withModel(String other, @Nullable Long output) {
    return new ChatRequest(
        index, other, models, route, parts, stream, includeUsage, output, developerRoles);
  }

  /** The same request for one model and no other. */
  public ChatRequest only(String name) {
    return new ChatRequest(
        index, name, List.of(), route, parts, stream, includeUsage, maxOutput, developerRoles);
  }

  /** The request with other top-level members than the client sent. */
  public Splice splice() {
    return new Splice(index);
  }

  /** The same request as a client would send it for one model and no other. */
  public ChatRequest rewrittenFor(String name) {
    return read(splice().set("model", Json.string(name)).remove("models").toBytes());
  }

  /** The same request with other members. */
  public ChatRequest with(Splice other) {
    return read(other.toBytes()).withModel(model, maxOutput);
  }

  /** The client's bytes. */
  public byte[] json() {
    return index.json();
  }

  @Override
  public String toString() {
    return "ChatRequest[model=" + model + ", stream=" + stream + ", bytes=" + json().length + "]";
  }
}
