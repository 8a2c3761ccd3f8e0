package dev.holdfast.training;

/** ln(1 + e^z), the loss of a logistic regression, without overflow. */
final class Softplus {

  private Softplus() {}

  static double of(double z) {
    return z > 0 ? z + Math.log1p(Math.exp(-z)) : Math.log1p(Math.exp(z));
  }
}
