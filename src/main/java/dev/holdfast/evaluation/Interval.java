package dev.holdfast.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * A measure with its 95 percent interval.
 *
 * @param value on the predictions as they are
 * @param low lower end
 * @param high upper end
 */
public record Interval(double value, double low, double high) {

  private static final double TAIL = 0.025;

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
   * @param measure of a list of predictions
   * @throws IllegalArgumentException if there are too few rounds, or the measure is not defined on
   *     the predictions or on nine in ten draws
   */
  public static Interval bootstrap(
      List<Scored> scored, int rounds, long seed, ToDoubleFunction<List<Scored>> measure) {
    if (rounds < 40) {
      throw new IllegalArgumentException("a bootstrap needs at least 40 rounds, had " + rounds);
    }
    Map<Long, List<Scored>> byCustomer = new LinkedHashMap<>();
    for (Scored s : scored) {
      byCustomer.computeIfAbsent(s.customer(), c -> new ArrayList<>()).add(s);
    }
    List<List<Scored>> customers = List.copyOf(byCustomer.values());
    SplittableRandom random = new SplittableRandom(seed);
    double[] draws = new double[rounds];
    int defined = 0;
    for (int round = 0; round < rounds; round++) {
      List<Scored> draw = new ArrayList<>(scored.size());
      for (int i = 0; i < customers.size(); i++) {
        draw.addAll(customers.get(random.nextInt(customers.size())));
      }
      try {
        draws[defined] = measure.applyAsDouble(draw);
        defined++;
      } catch (IllegalArgumentException undefined) {
        // Too few predictions can make a draw one-sided; counted below.
      }
    }
    if (defined < 0.9 * rounds) {
      throw new IllegalArgumentException(
          "the measure is defined on "
              + defined
              + " of "
              + rounds
              + " draws only; more"
              + " predictions are needed");
    }
    double[] sorted = Arrays.copyOf(draws, defined);
    Arrays.sort(sorted);
    return new Interval(
        measure.applyAsDouble(scored),
        sorted[(int) Math.floor(TAIL * (defined - 1))],
        sorted[(int) Math.ceil((1 - TAIL) * (defined - 1))]);
  }
}
