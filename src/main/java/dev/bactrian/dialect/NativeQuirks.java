package dev.bactrian.dialect;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The limits of a provider that speaks a form of its own.
 *
 * @param maxTokens the range of the answer's length, null for any
 * @param temperature the range of {@code temperature}, null for any
 * @param topP the range of {@code top_p}, null for any
 * @param pass members of its own that are passed on as they are
 */
public record NativeQuirks(
    @Nullable Range maxTokens,
    @Nullable Range temperature,
    @Nullable Range topP,
    List<String> pass) {

  /** Reads them as a kamelet gives them. */
  static NativeQuirks of(Options options) {
    return new NativeQuirks(
        options.range("maxTokens"),
        options.range("temperature"),
        options.range("topP"),
        options.names("pass"));
  }

  /** Takes over what all such providers have in common. */
  void apply(RequestMembers request, String maxTokensField) {
    request.maxTokens(maxTokensField, maxTokens);
    request.clamp("temperature", "temperature", temperature);
    request.clamp("top_p", "top_p", topP);
    for (String name : pass) {
      request.rename(name, name);
    }
  }
}
