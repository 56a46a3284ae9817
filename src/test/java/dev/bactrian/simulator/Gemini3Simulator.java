package dev.bactrian.simulator;

/** Gemini 3: levels in place of budgets, and signatures of thoughts that have to come back. */
public final class Gemini3Simulator extends GeminiSimulator {
  @Override
  public String name() {
    return "google-3";
  }

  @Override
  public String provider() {
    return "google";
  }

  @Override
  public String model() {
    return "gemini-3.5-flash";
  }
}
