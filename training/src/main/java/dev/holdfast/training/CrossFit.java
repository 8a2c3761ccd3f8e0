package dev.holdfast.training;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Margins of training rows by models that have not seen the rows' customers: what a model says of
 * strangers, without giving up a part of the history for it.
 */
final class CrossFit {

  static final int FOLDS = 5;

  /** Losses within this share of each other are a tie, which the simpler wins. */
  static final double TIE = 1e-3;

  private CrossFit() {}

  /** The fold of each row, 0 to {@link #FOLDS} - 1; the same for all rows of a customer. */
  static int[] folds(Rows rows, long seed) {
    int[] folds = new int[rows.size()];
    for (int i = 0; i < folds.length; i++) {
      folds[i] = (int) Math.floorMod(Hash.of(rows.customer(i) ^ Hash.of(seed)), (long) FOLDS);
    }
    return folds;
  }

  /** The margins of all rows, each by the model of the other folds. */
  static double[] margins(RiskTrainer trainer, Rows rows, int[] folds) {
    double[] margins = new double[rows.size()];
    for (int f = 0; f < FOLDS; f++) {
      int held = f;
      Rows others = rows.where(i -> folds[i] != held);
      if (others.size() == rows.size()) {
        continue;
      }
      RiskTrainer.Fitted fitted = trainer.fit(others);
      float[] row = new float[rows.schema().size()];
      for (int i = 0; i < margins.length; i++) {
        if (folds[i] == held) {
          rows.read(i, row);
          margins[i] = fitted.margin().applyAsDouble(row);
        }
      }
    }
    return margins;
  }

  /** Mean log-loss of margins as log-odds, each row by its weight. */
  static double logLoss(double[] margins, Rows rows) {
    double sum = 0;
    double weights = 0;
    for (int i = 0; i < margins.length; i++) {
      sum += rows.weight(i) * Softplus.of(rows.churned(i) ? -margins[i] : margins[i]);
      weights += rows.weight(i);
    }
    return sum / weights;
  }

  /** Weighted mean of margins, row by row. */
  static double[] mean(double[][] parts, double[] weights) {
    double[] mean = new double[parts[0].length];
    for (int k = 0; k < parts.length; k++) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += weights[k] * parts[k][i];
      }
    }
    return mean;
  }

  /**
   * The weights, 0 or more and 1 together, whose weighted mean of margins has the lowest log-loss;
   * in steps of a twentieth, which is finer than the data can tell. On a tie one part alone is
   * better, the earliest.
   */
  static double[] bestWeights(double[][] parts, Rows rows) {
    int steps = 20;
    double[] best = new double[parts.length];
    double lowest = Double.POSITIVE_INFINITY;
    double[] weights = new double[parts.length];
    for (int[] split : splits(parts.length, steps)) {
      for (int k = 0; k < weights.length; k++) {
        weights[k] = split[k] / (double) steps;
      }
      double loss = logLoss(mean(parts, weights), rows);
      if (loss < lowest) {
        lowest = loss;
        best = weights.clone();
      }
    }
    for (int k = 0; k < parts.length; k++) {
      if (logLoss(parts[k], rows) <= lowest * (1 + TIE)) {
        double[] alone = new double[parts.length];
        alone[k] = 1;
        return alone;
      }
    }
    return best;
  }

  /** All ways to split steps over parts, the first part first. */
  private static int[][] splits(int parts, int steps) {
    if (parts == 1) {
      return new int[][] {{steps}};
    }
    return IntStream.rangeClosed(0, steps)
        .map(i -> steps - i)
        .boxed()
        .flatMap(
            first ->
                Arrays.stream(splits(parts - 1, steps - first))
                    .map(
                        rest -> {
                          int[] all = new int[parts];
                          all[0] = first;
                          System.arraycopy(rest, 0, all, 1, parts - 1);
                          return all;
                        }))
        .toArray(int[][]::new);
  }
}
