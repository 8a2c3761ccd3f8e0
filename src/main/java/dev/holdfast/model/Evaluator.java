package dev.holdfast.model;

import dev.holdfast.activity.FeatureSchema;
import java.util.Map;

/**
 * Turns features into log-odds of churn, before calibration: weights, boosted trees, or a blend of
 * both. Immutable and thread-safe. Training measures with it what the service will compute.
 */
public sealed interface Evaluator permits LinearEvaluator, BoosterEvaluator, BlendEvaluator {

  /**
   * The evaluator in the files of a model, signed or not.
   *
   * @param files with {@code weights.json}, {@code booster.json}, or both and {@code blend.json};
   *     others are not looked at
   * @param schema of the rows that will be evaluated
   * @throws BadModel if they are not understood, or go against a feature's direction
   */
  static Evaluator of(Map<String, byte[]> files, FeatureSchema schema) {
    byte[] booster = files.get("booster.json");
    byte[] weights = files.get("weights.json");
    byte[] blend = files.get("blend.json");
    if (booster != null && weights != null && blend != null) {
      return BlendEvaluator.read(
          blend, LinearEvaluator.read(weights, schema), BoosterEvaluator.read(booster, schema));
    }
    if (blend == null && booster != null && weights == null) {
      return BoosterEvaluator.read(booster, schema);
    }
    if (blend == null && weights != null && booster == null) {
      return LinearEvaluator.read(weights, schema);
    }
    throw new BadModel(
        "a model has either booster.json or weights.json, or both of them and blend.json");
  }

  /**
   * Log-odds of churn.
   *
   * @param features a row of the schema
   */
  double margin(float[] features);

  /**
   * Log-odds of churn of many rows, each as {@link #margin} gives it and far quicker for trees.
   *
   * @param rows of the schema, one after another
   * @param count how many, at least 0
   * @param margins whose first {@code count} places are written
   * @throws IllegalArgumentException if there are fewer rows or places than that
   */
  void margins(float[] rows, int count, double[] margins);

  /**
   * What each feature adds to the log-odds, against the average of the training set: exact Shapley
   * values.
   *
   * @return one value per feature and the bias last; the sum is the margin to 1e-4
   */
  double[] contributions(float[] features);
}
