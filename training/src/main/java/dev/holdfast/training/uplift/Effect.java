package dev.holdfast.training.uplift;

/** The effect of a contact on a customer, read from the customer's features. */
@FunctionalInterface
interface Effect {

  /** Churn without a contact less churn with one, in [-1, 1] but for extrapolation. */
  double of(double[] features);
}
