package dev.holdfast.effect;

/**
 * One party as it was randomised, and what became of it: the unit of every estimate. It counts in
 * its arm whether or not anybody reached it.
 *
 * @param party internal id; one unit for each party
 * @param treated true in the arm that is contacted, false in the hold-out
 * @param treatmentShare probability with which the lot put it into the treatment, in (0, 1)
 * @param risk calibrated risk of churn when the lot was drawn, in [0, 1]; 0 nobody leaves, 1 all do
 * @param churned whether it had churned when its outcome matured
 */
public record Assigned(
    long party, boolean treated, double treatmentShare, double risk, boolean churned) {

  public Assigned {
    if (!(treatmentShare > 0 && treatmentShare < 1)) {
      throw new IllegalArgumentException(
          "only a lot with two sides can be measured: the treatment share must be in (0, 1), was "
              + treatmentShare);
    }
    if (!(risk >= 0 && risk <= 1)) {
      throw new IllegalArgumentException("a risk must be in [0, 1], was " + risk);
    }
  }
}
