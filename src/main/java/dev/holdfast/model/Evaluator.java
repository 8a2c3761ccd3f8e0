package dev.holdfast.model;

/** Turns features into log-odds of churn, before calibration. Immutable and thread-safe. */
sealed interface Evaluator permits LinearEvaluator, BoosterEvaluator {

  /** Log-odds of churn. */
  double margin(float[] features);

  /**
   * What each feature adds to the log-odds, against the average of the training set.
   *
   * @return one value per feature and the bias last; the sum is the margin to 1e-4
   */
  double[] contributions(float[] features);
}
