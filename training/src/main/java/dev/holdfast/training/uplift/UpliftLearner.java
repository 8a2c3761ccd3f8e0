package dev.holdfast.training.uplift;

import dev.holdfast.campaign.EffectFormula;
import dev.holdfast.campaign.EffectFormula.Curve;
import java.util.List;

/** A way to learn the effect of a contact from a trial. */
enum UpliftLearner {
  /**
   * One model of churn in which a contact moves everybody's log-odds alike (S-learner): customers
   * differ only by where they stand, which one number more has to tell.
   *
   * @see <a href="https://doi.org/10.1073/pnas.1804597116">Kuenzel, Sekhon, Bickel and Yu
   *     (2019)</a>
   */
  ONE_MODEL("S-learner") {
    @Override
    EffectFormula fit(Trial trial) {
      return Regressions.oneShift(trial);
    }
  },

  /**
   * One model of churn for each arm; the effect is their difference (T-learner).
   *
   * @see <a href="https://doi.org/10.1073/pnas.1804597116">Kuenzel, Sekhon, Bickel and Yu
   *     (2019)</a>
   */
  TWO_MODELS("T-learner") {
    @Override
    EffectFormula fit(Trial trial) {
      Arms arms = Arms.of(trial);
      return new EffectFormula(
          0, new double[trial.names().size()], List.of(arms.heldOut, arms.treated.times(-1)));
    }
  },

  /**
   * For each customer what happened beside what the other arm's model expects, learnt in each arm,
   * the two averaged by the treatment share (X-learner, same paper).
   */
  CROSSED("X-learner") {
    @Override
    EffectFormula fit(Trial trial) {
      Arms arms = Arms.of(trial);
      Trial contacted = trial.where(i -> trial.treated()[i]);
      Trial heldOut = trial.where(i -> !trial.treated()[i]);
      double[] spared = new double[contacted.size()];
      for (int i = 0; i < spared.length; i++) {
        spared[i] = arms.heldOut.at(contacted.features()[i]) - (contacted.churned()[i] ? 1 : 0);
      }
      double[] missed = new double[heldOut.size()];
      for (int i = 0; i < missed.length; i++) {
        missed[i] = (heldOut.churned()[i] ? 1 : 0) - arms.treated.at(heldOut.features()[i]);
      }
      EffectFormula ofTreated = Regressions.effect(trial.names(), contacted.features(), spared);
      EffectFormula ofHeldOut = Regressions.effect(trial.names(), heldOut.features(), missed);
      double share = (double) contacted.size() / trial.size();
      return ofHeldOut.mixed(share, ofTreated);
    }
  },

  /**
   * A score for each customer whose mean is the effect if either the models of churn or the
   * treatment shares are right, learnt from the features (DR-learner), the models of churn by other
   * customers.
   *
   * @see <a href="https://doi.org/10.1214/23-EJS2157">Kennedy (2023)</a>
   */
  DOUBLY_ROBUST("DR-learner") {
    @Override
    EffectFormula fit(Trial trial) {
      return Regressions.effect(trial.names(), trial.features(), scores(trial));
    }
  };

  private static final int HALVES = 2;

  private final String title;

  UpliftLearner(String title) {
    this.title = title;
  }

  /** For people. */
  String title() {
    return title;
  }

  /** Learns; the same trial gives the same effect. Both arms must have customers. */
  abstract EffectFormula fit(Trial trial);

  /** All, the simplest first. */
  static List<UpliftLearner> all() {
    return List.of(values());
  }

  /** Models of churn of the two arms. */
  private record Arms(Curve treated, Curve heldOut) {

    static Arms of(Trial trial) {
      return new Arms(
          Regressions.churn(trial.where(i -> trial.treated()[i])),
          Regressions.churn(trial.where(i -> !trial.treated()[i])));
    }
  }

  /**
   * {@code m0 - m1 - A (y - m1) / e + (1 - A) (y - m0) / (1 - e)} of each customer, m0 and m1 the
   * churn that models of the other half of the customers expect in either arm. A noisy effect whose
   * mean over any customers is right.
   */
  static double[] scores(Trial trial) {
    double[] scores = new double[trial.size()];
    for (int half = 0; half < HALVES; half++) {
      int held = half;
      Arms arms = Arms.of(trial.where(i -> i % HALVES != held));
      for (int i = held; i < scores.length; i += HALVES) {
        double m0 = arms.heldOut.at(trial.features()[i]);
        double m1 = arms.treated.at(trial.features()[i]);
        double y = trial.churned()[i] ? 1 : 0;
        double e = trial.treatmentShare()[i];
        scores[i] = m0 - m1 + (trial.treated()[i] ? -(y - m1) / e : (y - m0) / (1 - e));
      }
    }
    return scores;
  }
}
