package dev.holdfast.training;

import dev.holdfast.evaluation.Auc;
import dev.holdfast.evaluation.Calibration;
import dev.holdfast.evaluation.Lift;
import dev.holdfast.evaluation.Loss;
import dev.holdfast.evaluation.Scored;
import java.util.List;

/**
 * A way of scoring with its figures on the test rows.
 *
 * @param name for people
 * @param scored test predictions
 * @param auc ranking, in [0, 1]
 * @param logLoss mean, natural logarithm
 * @param brier mean squared error
 * @param liftAtTenth lift of the first tenth
 * @param calibration whether probabilities came true
 */
record Candidate(
    String name,
    List<Scored> scored,
    double auc,
    double logLoss,
    double brier,
    double liftAtTenth,
    Calibration calibration) {

  static Candidate of(String name, List<Scored> scored) {
    return new Candidate(
        name,
        scored,
        Auc.of(scored),
        Loss.log(scored),
        Loss.brier(scored),
        Lift.atTop(0.1, scored),
        Calibration.of(scored));
  }
}
