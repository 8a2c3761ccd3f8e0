package dev.holdfast.evaluation;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A measure with its 95 percent interval.
 *
 * @param value on the predictions as they are
 * @param low lower end
 * @param high upper end
 */
public record Interval(double value, double low, double high) {

  /** True if the interval and [low, high] have a point in common. */
  public boolean meets(double bandLow, double bandHigh) {
    return low <= bandHigh && high >= bandLow;
  }

  /**
   * Percentile bootstrap over customers: all rows of a customer are drawn together.
   *
   * @param scored the predictions, at least one
   * @param rounds draws, at least 40; a draw for which the measure is not defined is left out
   * @param seed the same seed gives the same interval
   * @param measure of predictions, such as {@code Auc::of}
   * @throws IllegalArgumentException if there are too few rounds, or the measure is not defined on
   *     the predictions or on nine in ten draws
   */
  public static Interval bootstrap(
      List<Scored> scored, int rounds, long seed, ToDoubleFunction<Predictions> measure) {
    return bootstrap(Predictions.of(scored), rounds, seed, measure);
  }

  /** As {@link #bootstrap(List, int, long, ToDoubleFunction)}. */
  public static Interval bootstrap(
      Predictions predictions, int rounds, long seed, ToDoubleFunction<Predictions> measure) {
    predictions.requireAny("a bootstrap");
    double[][] draws =
        new Resampling(predictions.customers(), rounds, seed)
            .measures(1, times -> new double[] {measure.applyAsDouble(predictions.drawn(times))});
    return Resampling.interval(measure.applyAsDouble(predictions), draws[0]);
  }
}
