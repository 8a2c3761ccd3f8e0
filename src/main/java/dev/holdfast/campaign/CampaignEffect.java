package dev.holdfast.campaign;

import dev.holdfast.scoring.Risks.RiskNow;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the effect of a campaign's calls, with its evidence.
 *
 * @param used from what priorities are reckoned by it
 * @param average churn of the hold-out less churn of the treated
 * @param low lower end of its 95 percent interval
 * @param high upper end
 * @param shrinkage how much of what the formula says beyond the average is kept, in [0, 1]
 * @param features that the formula reads, by name; empty without one
 * @param formula of the effect on a customer, null unless {@code used} is uplift
 * @param evidence what it rests on
 */
public record CampaignEffect(
    EffectFrom used,
    double average,
    double low,
    double high,
    double shrinkage,
    List<String> features,
    @Nullable EffectFormula formula,
    Evidence evidence) {

  /** Nobody measured anything yet. */
  static final CampaignEffect UNKNOWN =
      new CampaignEffect(
          EffectFrom.PRIOR,
          0,
          0,
          0,
          0,
          List.of(),
          null,
          new Evidence(0, 0, 0, 0, List.of(), "nobody measured yet what the calls do", null));

  /**
   * What an effect rests on.
   *
   * @param run of the campaign
   * @param treated parties whose outcome is known
   * @param heldOut parties whose outcome is known
   * @param treatmentShare with which they were drawn
   * @param learners that were compared
   * @param words what is used and why
   * @param knownUpTo when it was reckoned, in business time
   */
  public record Evidence(
      int run,
      int treated,
      int heldOut,
      double treatmentShare,
      List<Learner> learners,
      String words,
      @Nullable Instant knownUpTo) {}

  /** A learner with the Qini of what it says of customers it has not seen, and its interval. */
  public record Learner(String name, double qini, double low, double high) {}

  /**
   * What a call is expected to change for one customer.
   *
   * @param effect churn without the call less churn with it
   */
  record Expected(double effect, EffectFrom from) {}

  /**
   * The expected effect.
   *
   * @param risk of the customer, in (0, 1)
   * @param now what the formula reads; without it, the average stands in for the formula
   */
  Expected on(double risk, @Nullable RiskNow now) {
    EffectFormula known = formula;
    if (used == EffectFrom.PRIOR) {
      return new Expected(ExpectedGain.keptByPrior(risk), EffectFrom.PRIOR);
    }
    if (known == null || now == null || !features.equals(EffectFeatures.NAMES)) {
      return new Expected(average, EffectFrom.AVERAGE);
    }
    double said =
        known.of(EffectFeatures.of(now.risk(), now.activity(), now.asOf(), now.model().priors()));
    return new Expected(average + shrinkage * (said - average), EffectFrom.UPLIFT);
  }
}
