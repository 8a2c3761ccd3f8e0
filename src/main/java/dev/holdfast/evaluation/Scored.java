package dev.holdfast.evaluation;

/**
 * A prediction and what came true.
 *
 * @param customer whose; rows of one customer are not independent and are resampled together
 * @param probability predicted probability of churn, in (0, 1)
 * @param churned what happened
 * @param weight how many customers the row stands for, positive; 1 unless it stands in for others
 */
public record Scored(long customer, double probability, boolean churned, double weight) {

  public Scored {
    if (!(probability > 0 && probability < 1)) {
      throw new IllegalArgumentException(
          "a probability of churn must be within (0, 1), was " + probability);
    }
    if (!(weight > 0 && weight < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("a weight must be positive and finite, was " + weight);
    }
  }

  /** A row that stands for itself. */
  public Scored(long customer, double probability, boolean churned) {
    this(customer, probability, churned, 1);
  }
}
