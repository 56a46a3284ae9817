package dev.bactrian.credential;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Proves to a provider who calls: a header, tokens that expire, signatures over the request. A
 * kamelet declares one as a bean of its template, a {@link KameletCredential}, and names it in
 * {@code upstream:...?credential=#bean:..}. Used from many threads, which may wait in it.
 */
public interface Credential {
  /**
   * Adds to a request what proves who calls.
   *
   * @return what {@link #renew} wants to know should the provider refuse the call, null where there
   *     is nothing to renew
   * @throws dev.bactrian.error.UpstreamException when a token is needed and cannot be had
   */
  @Nullable String sign(Outbound request);

  /**
   * The provider has refused what {@link #sign} added.
   *
   * @param refused what {@link #sign} returned for that call
   * @return whether the call should be made once more, with another proof
   */
  default boolean renew(String refused) {
    return false;
  }

  /** Which of the provider's APIs these credentials are for, empty where there is but one. */
  default String api() {
    return "";
  }

  /** What must not be shown to anybody, in its plain form. */
  default List<String> secrets() {
    return List.of();
  }

  /**
   * The credential of that name.
   *
   * @param settings what it is made of
   * @throws IllegalArgumentException when there is no such credential, or the settings do not do
   */
  static Credential named(String name, Settings settings) {
    return switch (name) {
      case "aws" -> new AwsCredential(settings);
      case "azure" -> new AzureCredential(settings);
      case "baidu" -> new BaiduCredential(settings);
      case "google" -> new GoogleCredential(settings);
      case "sensenova" -> new SensenovaCredential(settings);
      case "volcengine" -> new VolcengineCredential(settings);
      case "zhipu" -> new ZhipuCredential(settings);
      default -> throw new IllegalArgumentException("There is no credential '" + name + "'.");
    };
  }
}
