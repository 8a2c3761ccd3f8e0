package dev.holdfast.training;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a training run made.
 *
 * @param version name of the model
 * @param folder where it was written
 * @param files the same files in memory, to be registered
 * @param metrics of the chosen model and all it was compared with, on the test rows; the chosen one
 *     first
 * @param gate what the gate said
 * @param gateJson the same for the registry
 */
public record TrainingResult(
    String version,
    Path folder,
    Map<String, byte[]> files,
    List<Figures> metrics,
    GateVerdict gate,
    String gateJson) {

  /**
   * Quality on rows after everything that was learnt from.
   *
   * @param name of the model or rule
   * @param rows test rows
   * @param auc ranking, in [0, 1]
   * @param logLoss mean, natural logarithm
   * @param brier mean squared error
   * @param liftAtTenth lift of the first tenth
   * @param observedToExpected churn observed over churn expected
   * @param slope calibration slope
   * @param error10 expected calibration error over ten groups
   */
  public record Figures(
      String name,
      int rows,
      double auc,
      double logLoss,
      double brier,
      double liftAtTenth,
      double observedToExpected,
      double slope,
      double error10) {

    static Figures of(Candidate candidate) {
      return new Figures(
          candidate.name(),
          candidate.scored().size(),
          candidate.auc(),
          candidate.logLoss(),
          candidate.brier(),
          candidate.liftAtTenth(),
          candidate.calibration().observedToExpected(),
          candidate.calibration().slope(),
          candidate.calibration().error10());
    }

    /** The mean of each figure; rows are summed. */
    static Figures mean(List<Figures> figures) {
      double n = figures.size();
      int rows = 0;
      double[] sums = new double[7];
      for (Figures f : figures) {
        rows += f.rows();
        double[] values = {
          f.auc(),
          f.logLoss(),
          f.brier(),
          f.liftAtTenth(),
          f.observedToExpected(),
          f.slope(),
          f.error10()
        };
        for (int i = 0; i < sums.length; i++) {
          sums[i] += values[i] / n;
        }
      }
      return new Figures(
          figures.get(0).name(),
          rows,
          sums[0],
          sums[1],
          sums[2],
          sums[3],
          sums[4],
          sums[5],
          sums[6]);
    }
  }
}
