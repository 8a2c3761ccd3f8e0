package dev.holdfast.simulation;

import java.time.Duration;
import java.time.Instant;

/**
 * A price that goes up. Every customer of the segment who is there is told so (a contract event on
 * their first local day that begins at or after the instant), and from that day on their hazard of
 * leaving is multiplied by {@code hazardRatio}, which fades.
 *
 * @param at when it is decided
 * @param segment whom it concerns; who joins later joins at the new price
 * @param percent by how much, greater than 0; only told
 * @param hazardRatio hazard on the first day relative to what it would be, at least 1
 * @param halfLife the time in which the logarithm of the ratio halves, positive
 */
public record PriceIncrease(
    Instant at, Segment segment, double percent, double hazardRatio, Duration halfLife) {

  public PriceIncrease {
    if (!(percent > 0)) {
      throw new IllegalArgumentException("a price increase must be positive, was " + percent);
    }
    if (!(hazardRatio >= 1 && hazardRatio < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "a price increase must have a hazard ratio of 1 or more, was " + hazardRatio);
    }
    if (halfLife.isZero() || halfLife.isNegative()) {
      throw new IllegalArgumentException("the half-life must be positive, was " + halfLife);
    }
  }
}
