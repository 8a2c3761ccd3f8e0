package dev.holdfast.campaign;

import java.util.ArrayList;
import java.util.List;

/**
 * The effect of a call on a customer as a formula of the customer's features, so that it is stored
 * as numbers and reckoned without the library that found them: {@code intercept + slope x} and
 * logistic curves.
 *
 * @param intercept of the linear part
 * @param slope one for each feature
 * @param curves that are added
 */
@SuppressWarnings("ArrayRecordComponent") // Numbers of a model; compared by nobody.
public record EffectFormula(double intercept, double[] slope, List<Curve> curves) {

  /**
   * {@code weight / (1 + exp(-(bias + slope x)))}.
   *
   * @param slope one for each feature
   */
  public record Curve(double weight, double bias, double[] slope) {

    /** The value at these features. */
    public double at(double[] features) {
      return weight / (1 + Math.exp(-(bias + dot(slope, features))));
    }

    /** The same curve with another weight. */
    public Curve times(double factor) {
      return new Curve(factor * weight, bias, slope);
    }
  }

  public EffectFormula {
    curves = List.copyOf(curves);
  }

  /** The same for everybody. */
  public static EffectFormula constant(double effect, int features) {
    return new EffectFormula(effect, new double[features], List.of());
  }

  /** Churn without a call less churn with one, in [-1, 1] but for extrapolation. */
  public double of(double[] features) {
    double effect = intercept + dot(slope, features);
    for (Curve curve : curves) {
      effect += curve.at(features);
    }
    return effect;
  }

  /** A share of this and the rest of another. */
  public EffectFormula mixed(double share, EffectFormula other) {
    double[] mixed = new double[slope.length];
    for (int j = 0; j < mixed.length; j++) {
      mixed[j] = share * slope[j] + (1 - share) * other.slope[j];
    }
    List<Curve> both = new ArrayList<>();
    curves.forEach(curve -> both.add(curve.times(share)));
    other.curves.forEach(curve -> both.add(curve.times(1 - share)));
    return new EffectFormula(share * intercept + (1 - share) * other.intercept, mixed, both);
  }

  private static double dot(double[] slope, double[] features) {
    if (slope.length != features.length) {
      throw new IllegalArgumentException(
          "the formula takes " + slope.length + " features, not " + features.length);
    }
    double sum = 0;
    for (int j = 0; j < slope.length; j++) {
      sum += slope[j] * features[j];
    }
    return sum;
  }
}
