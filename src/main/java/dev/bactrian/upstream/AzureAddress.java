package dev.bactrian.upstream;

import java.util.List;

/**
 * Where Azure OpenAI takes chat completions: in its classic form each deployment has a path and the
 * API a version in the query, in version 1 the deployment is the body's model. See
 * https://learn.microsoft.com/azure/ai-services/openai/reference.
 */
public final class AzureAddress {
  private static final String VERSION_1 = "/openai/v1";
  private static final String CHAT = "/chat/completions";
  private static final List<String> APIS = List.of("auto", "classic", "v1");

  private AzureAddress() {}

  /** The resource's address, without what {@link #path} appends. */
  public static String resource(String baseUrl) {
    return baseUrl.strip().replaceAll("/+$", "").replaceAll("/openai(/v1)?$", "");
  }

  /**
   * What is appended to the resource's address.
   *
   * @param api {@code classic}, {@code v1}, or {@code auto} for the second with an address that
   *     ends in {@code /openai/v1} and the first with any other
   * @param version the API's version, for the classic form
   */
  public static String path(String api, String baseUrl, String version) {
    if (!APIS.contains(api)) {
      throw new IllegalArgumentException("api: '" + api + "' is not one of " + APIS);
    }
    boolean first = baseUrl.strip().replaceAll("/+$", "").endsWith(VERSION_1);
    return api.equals("v1") || (api.equals("auto") && first)
        ? VERSION_1 + CHAT
        : "/openai/deployments/{model}" + CHAT + "?api-version=" + version.strip();
  }
}
