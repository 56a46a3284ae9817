package dev.bactrian.upstream;

/**
 * Where Vertex AI is: each region has a host of its own, and {@code global} has one without a
 * prefix. See https://cloud.google.com/vertex-ai/docs/reference/rest.
 */
public final class VertexAddress {
  private VertexAddress() {}

  /**
   * The address of a project's place in a version of the API.
   *
   * @param version {@code v1}, or {@code v1beta1}
   * @param project the project's id
   * @param location a region, or {@code global}
   * @param baseUrl the base URL of version 1 where it is another, empty where it is Google's
   */
  public static String of(String version, String project, String location, String baseUrl) {
    String prefix = location.equals("global") ? "" : location + "-";
    String root =
        baseUrl.isBlank()
            ? "https://" + prefix + "aiplatform.googleapis.com"
            : baseUrl.strip().replaceAll("/+$", "").replaceAll("/v1$", "");
    return root + "/" + version + "/projects/" + project + "/locations/" + location;
  }
}
