package dev.holdfast.simulation;

import java.time.Duration;

/**
 * What retention calls can do in a simulation.
 *
 * @param effect factor on every customer's own effect: 1 as drawn, 0 for a world in which calls do
 *     nothing; at least 0
 * @param halfLife the time in which the effect on the logarithm of the hazard halves, positive
 * @param reach probability that a call reaches the customer, in [0, 1]
 * @param inducedUse probability that somebody who was reached looks in on the service the next day
 *     because of the call, in [0, 1]
 * @param perDay how many calls the agents can make in a day (UTC), at least 0
 */
public record CallSettings(
    double effect, Duration halfLife, double reach, double inducedUse, int perDay) {

  /** More calls a day than anybody makes. */
  public static final int UNLIMITED = Integer.MAX_VALUE;

  public CallSettings {
    if (!(effect >= 0 && effect < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("the effect of calls must be 0 or more, was " + effect);
    }
    if (halfLife.isZero() || halfLife.isNegative()) {
      throw new IllegalArgumentException("the half-life must be positive, was " + halfLife);
    }
    requireProbability("reach", reach);
    requireProbability("inducedUse", inducedUse);
    if (perDay < 0) {
      throw new IllegalArgumentException("calls a day must be 0 or more, were " + perDay);
    }
  }

  /** Effects as drawn with a half-life of 45 days, 60 percent reached, any number of calls. */
  public static CallSettings ordinary() {
    return new CallSettings(1, Duration.ofDays(45), 0.6, 0.2, UNLIMITED);
  }

  /** The same with this factor on everybody's effect. */
  public CallSettings withEffect(double factor) {
    return new CallSettings(factor, halfLife, reach, inducedUse, perDay);
  }

  /** The same with this probability of reaching a customer. */
  public CallSettings withReach(double probability) {
    return new CallSettings(effect, halfLife, probability, inducedUse, perDay);
  }

  /** The same with this probability of a use because of the call. */
  public CallSettings withInducedUse(double probability) {
    return new CallSettings(effect, halfLife, reach, probability, perDay);
  }

  /** The same with agents for this many calls a day. */
  public CallSettings withPerDay(int calls) {
    return new CallSettings(effect, halfLife, reach, inducedUse, calls);
  }

  private static void requireProbability(String what, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(what + " must be in [0, 1], was " + value);
    }
  }
}
