package dev.holdfast.simulation;

import java.time.Instant;

/**
 * A competitor whose offer changes for good what makes customers leave: from each customer's first
 * local day that begins at or after the instant, the hazard is {@code exp(b0 + ln(hazardRatio) - b1
 * * satisfactionWeight * S)}. Nothing is told; a model trained before it is wrong afterwards.
 *
 * @param at when the offer appears
 * @param hazardRatio hazard of a customer of average satisfaction relative to before, positive
 * @param satisfactionWeight how much satisfaction still protects: 1 as before, 0 not at all; at
 *     least 0
 */
public record CompetitorShock(Instant at, double hazardRatio, double satisfactionWeight) {

  public CompetitorShock {
    if (!(hazardRatio > 0 && hazardRatio < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("a hazard ratio must be positive, was " + hazardRatio);
    }
    if (!(satisfactionWeight >= 0 && satisfactionWeight < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "the weight of satisfaction must be 0 or more, was " + satisfactionWeight);
    }
  }
}
