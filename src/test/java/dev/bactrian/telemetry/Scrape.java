package dev.bactrian.telemetry;

import dev.bactrian.kit.Gateway;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the metrics of a gateway say at one moment. */
final class Scrape {
  private static final Pattern SAMPLE = Pattern.compile("(\\w+)(\\{.*})? (\\S+)");

  /** One line. */
  record Sample(String name, String labels, double value) {}

  private final List<Sample> samples;

  private Scrape(List<Sample> samples) {
    this.samples = samples;
  }

  static Scrape of(Gateway gateway) {
    String text = gateway.management("/observe/metrics").body();
    return new Scrape(
        text.lines()
            .filter(line -> !line.startsWith("#") && !line.isBlank())
            .map(Scrape::sample)
            .toList());
  }

  private static Sample sample(String line) {
    Matcher sample = SAMPLE.matcher(line);
    if (!sample.matches()) {
      throw new AssertionError(line);
    }
    String labels = sample.group(2) == null ? "" : sample.group(2);
    return new Sample(sample.group(1), labels, Double.parseDouble(sample.group(3)));
  }

  /** All lines. */
  List<Sample> samples() {
    return samples;
  }

  /** The sum of the lines of a name that have all of these labels, each {@code name="value"}. */
  double sum(String name, String... labels) {
    return samples.stream()
        .filter(sample -> sample.name().equals(name))
        .filter(
            sample -> {
              for (String label : labels) {
                if (!sample.labels().contains(label)) {
                  return false;
                }
              }
              return true;
            })
        .mapToDouble(Sample::value)
        .sum();
  }
}
