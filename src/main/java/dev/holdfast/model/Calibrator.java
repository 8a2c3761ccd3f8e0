package dev.holdfast.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Locale;

/**
 * Turns log-odds of the evaluator into a probability. Never falling; the result is within [1e-6, 1
 * - 1e-6].
 */
public final class Calibrator {

  private static final double SMALLEST = 1e-6;

  /** How the calibration was fitted. */
  public enum Kind {
    /** The evaluator's own probability. */
    NONE,
    /** A straight line on the log-odds. */
    PLATT,
    /** Steps joined by straight lines. */
    ISOTONIC
  }

  private final Kind kind;
  private final double slope;
  private final double intercept;
  private final double[] margins;
  private final double[] probabilities;

  private Calibrator(
      Kind kind, double slope, double intercept, double[] margins, double[] probabilities) {
    this.kind = kind;
    this.slope = slope;
    this.intercept = intercept;
    this.margins = margins;
    this.probabilities = probabilities;
  }

  /** The evaluator's own probability. */
  public static Calibrator none() {
    return new Calibrator(Kind.NONE, 1, 0, new double[0], new double[0]);
  }

  /**
   * Probability {@code sigmoid(slope * margin + intercept)}.
   *
   * @throws IllegalArgumentException unless the slope is positive
   */
  public static Calibrator platt(double slope, double intercept) {
    if (!(slope > 0) || !Double.isFinite(intercept)) {
      throw new IllegalArgumentException(
          "the slope must be positive and the intercept finite, were " + slope + ", " + intercept);
    }
    return new Calibrator(Kind.PLATT, slope, intercept, new double[0], new double[0]);
  }

  /**
   * Probabilities at rising margins, joined by straight lines, constant outside.
   *
   * @throws IllegalArgumentException if the margins do not rise, the probabilities fall or leave
   *     [0, 1], or there is none
   */
  public static Calibrator isotonic(double[] margins, double[] probabilities) {
    if (margins.length == 0 || margins.length != probabilities.length) {
      throw new IllegalArgumentException(
          "as many probabilities as margins and at least one, were "
              + probabilities.length
              + " and "
              + margins.length);
    }
    for (int i = 0; i < margins.length; i++) {
      boolean risesHere =
          i == 0 || (margins[i] > margins[i - 1] && probabilities[i] >= probabilities[i - 1]);
      if (!risesHere || !(probabilities[i] >= 0 && probabilities[i] <= 1)) {
        throw new IllegalArgumentException(
            "margins must rise and probabilities must not fall within [0, 1], at "
                + i
                + ": "
                + margins[i]
                + ", "
                + probabilities[i]);
      }
    }
    return new Calibrator(Kind.ISOTONIC, 1, 0, margins.clone(), probabilities.clone());
  }

  /** How it was fitted. */
  public Kind kind() {
    return kind;
  }

  /** The probability of churn for log-odds of the evaluator. */
  public double probability(double margin) {
    double p =
        switch (kind) {
          case NONE -> sigmoid(margin);
          case PLATT -> sigmoid(slope * margin + intercept);
          case ISOTONIC -> interpolate(margin);
        };
    return Math.min(1 - SMALLEST, Math.max(SMALLEST, p));
  }

  /**
   * The smallest log-odds whose probability is at or above a level, so that a search may compare
   * log-odds. Found among all doubles by halving, because rounding has the last word.
   *
   * @return infinite if all log-odds reach the level, or none
   */
  double smallestMargin(double level) {
    long below = ordered(Double.NEGATIVE_INFINITY);
    long reached = ordered(Double.POSITIVE_INFINITY);
    if (probability(-Double.MAX_VALUE) >= level) {
      return Double.NEGATIVE_INFINITY;
    }
    while (reached - 1 != below) {
      // Half the distance could be more than a long holds; half of each end is not.
      long middle = (below >> 1) + (reached >> 1) + (below & reached & 1);
      if (probability(fromOrdered(middle)) >= level) {
        reached = middle;
      } else {
        below = middle;
      }
    }
    return fromOrdered(reached);
  }

  private static long ordered(double x) {
    long bits = Double.doubleToRawLongBits(x);
    return bits ^ (bits >> 63 & Long.MAX_VALUE);
  }

  private static double fromOrdered(long ordered) {
    return Double.longBitsToDouble(ordered ^ (ordered >> 63 & Long.MAX_VALUE));
  }

  private static double sigmoid(double z) {
    return 1 / (1 + Math.exp(-z));
  }

  private double interpolate(double margin) {
    int at = Arrays.binarySearch(margins, margin);
    if (at >= 0) {
      return probabilities[at];
    }
    int next = -at - 1;
    if (next == 0) {
      return probabilities[0];
    }
    if (next == margins.length) {
      return probabilities[margins.length - 1];
    }
    double share = (margin - margins[next - 1]) / (margins[next] - margins[next - 1]);
    double low = probabilities[next - 1];
    double high = probabilities[next];
    return Math.min(high, low + (high - low) * share);
  }

  /** What it does to log-odds, for people. */
  public String words() {
    return switch (kind) {
      case NONE -> "none: 1 / (1 + exp(-log-odds))";
      case PLATT -> "Platt: 1 / (1 + exp(-(" + slope + " x log-odds " + signed(intercept) + ")))";
      case ISOTONIC -> "isotonic: straight lines between " + margins.length + " points";
    };
  }

  private static String signed(double number) {
    return number < 0 ? "- " + -number : "+ " + number;
  }

  /** The content of {@code calibration.json}. */
  public byte[] toJson() {
    ObjectNode root = Json.object();
    root.put("kind", kind.name().toLowerCase(Locale.ROOT));
    if (kind == Kind.PLATT) {
      root.put("slope", slope).put("intercept", intercept);
    }
    if (kind == Kind.ISOTONIC) {
      for (int i = 0; i < margins.length; i++) {
        root.withArray("margins").add(margins[i]);
        root.withArray("probabilities").add(probabilities[i]);
      }
    }
    return Json.write(root);
  }

  /**
   * The calibration in {@code calibration.json}.
   *
   * @throws BadModel if it is not understood
   */
  public static Calibrator read(byte[] json) {
    JsonNode root = Json.read("calibration.json", json);
    String kind = root.path("kind").asText();
    try {
      return switch (kind) {
        case "none" -> none();
        case "platt" -> platt(Json.number(root, "slope"), Json.number(root, "intercept"));
        case "isotonic" ->
            isotonic(Json.numbers(root, "margins"), Json.numbers(root, "probabilities"));
        default ->
            throw new BadModel(
                "calibration.json: kind must be none, platt or isotonic, was \"" + kind + "\"");
      };
    } catch (IllegalArgumentException invalid) {
      throw new BadModel("calibration.json: " + invalid.getMessage(), invalid);
    }
  }
}
