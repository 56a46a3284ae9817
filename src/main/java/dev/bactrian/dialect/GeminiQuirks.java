package dev.bactrian.dialect;

import java.util.List;

/**
 * Where the generations of Gemini differ, and what one of its addresses takes.
 *
 * @param jsonSchema models that take JSON schemas as they are; the others get OpenAPI's subset
 * @param thinkingBudget models that take {@code thinkingBudget}
 * @param alwaysThinks of these, the ones that cannot be kept from thinking
 * @param thinkingLevel models that take {@code thinkingLevel}
 * @param noMinimal of these, the ones without the level {@code minimal}
 * @param noMedium of these, the ones without the level {@code medium}
 * @param signatures models that refuse a function call without its thought signature
 * @param signature what is sent in place of a signature that the client did not keep, empty for
 *     nothing
 * @param oneCandidate models that give no more than one candidate
 * @param jsonOrTools models that refuse JSON mode together with tools
 * @param fileUris what addresses of files begin with that the provider opens itself
 * @param drop members of the request that are not accepted
 */
public record GeminiQuirks(
    ModelNames jsonSchema,
    ModelNames thinkingBudget,
    ModelNames alwaysThinks,
    ModelNames thinkingLevel,
    ModelNames noMinimal,
    ModelNames noMedium,
    ModelNames signatures,
    String signature,
    ModelNames oneCandidate,
    ModelNames jsonOrTools,
    List<String> fileUris,
    List<String> drop) {

  /** Reads them as a kamelet gives them. */
  static GeminiQuirks of(Options options) {
    return new GeminiQuirks(
        options.models("jsonSchema"),
        options.models("thinkingBudget"),
        options.models("alwaysThinks"),
        options.models("thinkingLevel"),
        options.models("noMinimal"),
        options.models("noMedium"),
        options.models("signatures"),
        options.text("signature", ""),
        options.models("oneCandidate"),
        options.models("jsonOrTools"),
        options.names("fileUris"),
        options.names("drop"));
  }
}
