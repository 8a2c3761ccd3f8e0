package dev.holdfast.evaluation;

/**
 * A prediction and what came true.
 *
 * @param customer whose; rows of one customer are not independent and are resampled together
 * @param probability predicted probability of churn, in (0, 1)
 * @param churned what happened
 */
public record Scored(long customer, double probability, boolean churned) {

  public Scored {
    if (!(probability > 0 && probability < 1)) {
      throw new IllegalArgumentException(
          "a probability of churn must be within (0, 1), was " + probability);
    }
  }

  /** 1 if churned, else 0. */
  int outcome() {
    return churned ? 1 : 0;
  }
}
