package dev.holdfast.simulation.study;

import dev.holdfast.evaluation.Interval;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One figure of a study, and the bar it was to keep.
 *
 * @param study by name
 * @param what was measured
 * @param seeds of the populations it is from
 * @param n what it was measured on, such as {@code 8,123 rows}
 * @param value the figure
 * @param low lower end of its 95 percent interval, null if it has none
 * @param high upper end, null if it has none
 * @param bar what was asked, in words; empty for a figure that only informs
 * @param kept whether the figure itself, not merely a part of its interval, keeps the bar; true if
 *     there is none
 */
public record Finding(
    String study,
    String what,
    String seeds,
    String n,
    double value,
    @Nullable Double low,
    @Nullable Double high,
    String bar,
    boolean kept) {

  /** A figure that only informs. */
  static Finding told(String study, String what, String seeds, String n, double value) {
    return new Finding(study, what, seeds, n, value, null, null, "", true);
  }

  /** The same figure with its interval. */
  Finding with(Interval interval) {
    return new Finding(study, what, seeds, n, value, interval.low(), interval.high(), bar, kept);
  }

  /** The same figure, which is to lie within [from, to]. */
  Finding within(double from, double to) {
    String asked =
        to == Double.POSITIVE_INFINITY
            ? ">= " + plain(from)
            : from == Double.NEGATIVE_INFINITY
                ? "<= " + plain(to)
                : from == to ? plain(from) : plain(from) + " to " + plain(to);
    return new Finding(
        study, what, seeds, n, value, low, high, asked, value >= from && value <= to);
  }

  /** The same figure, which is to be this or more. */
  Finding atLeast(double from) {
    return within(from, Double.POSITIVE_INFINITY);
  }

  /** The same figure, which is to be this or less. */
  Finding atMost(double to) {
    return within(Double.NEGATIVE_INFINITY, to);
  }

  /** The same figure, which is to be less than this. */
  Finding below(double limit) {
    return new Finding(study, what, seeds, n, value, low, high, "< " + plain(limit), value < limit);
  }

  /** The figure with its interval, such as {@code 0.873 (0.861 to 0.885)}. */
  public String figure() {
    return low == null || high == null
        ? plain(value)
        : plain(value) + " (" + plain(low) + " to " + plain(high) + ")";
  }

  private static String plain(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e9) {
      return String.format(Locale.ROOT, "%d", (long) value);
    }
    return Math.abs(value) < 1e-3
        ? String.format(Locale.ROOT, "%.1e", value)
        : String.format(Locale.ROOT, "%.4f", value);
  }
}
