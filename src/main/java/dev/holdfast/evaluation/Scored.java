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
    if (!(weight > 0)) {
      throw new IllegalArgumentException("a weight must be positive, was " + weight);
    }
  }

  /** A row that stands for itself. */
  public Scored(long customer, double probability, boolean churned) {
    this(customer, probability, churned, 1);
  }

  /** 1 if churned, else 0. */
  int outcome() {
    return churned ? 1 : 0;
  }
}
