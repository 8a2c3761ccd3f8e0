package dev.holdfast.training;

import dev.holdfast.model.Evaluator;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoostError;

/**
 * How fast the service evaluates boosted trees, beside XGBoost4J on the same trees and rows: many
 * rows in one call, where XGBoost4J has to build its {@code DMatrix} first, and one row at a time.
 * One thread each, in turn, by the processor's time of that thread.
 */
final class EvaluatorBench {

  private static final int TREES = 300;
  private static final int COLUMNS = 40;
  private static final int TRAINING_ROWS = 20_000;
  private static final int ROUNDS = 7;
  private static final int SINGLES = 20_000;

  private EvaluatorBench() {}

  /** Sizes: rows of a batch. */
  static void run(String... sizes) throws XGBoostError {
    int rows = Bench.size(sizes, 0, 20_000);
    System.out.println(
        "| depth | missing | many rows, rows/s | XGBoost4J, rows/s | ratio (of rounds) |"
            + " margins that differ | one row: mean, p50, p99, us | XGBoost4J, one row: p50, p99, us |");
    System.out.println("|---|---|---|---|---|---|---|---|");
    for (int depth : new int[] {5, 8}) {
      for (double missing : new double[] {0, 0.1}) {
        print(depth, missing, rows);
      }
    }
  }

  private static void print(int depth, double missing, int rows) throws XGBoostError {
    ExplanationRate.Setup setup =
        new ExplanationRate.Setup(TREES, depth, COLUMNS, missing, TRAINING_ROWS, rows, 1);
    Random random = new Random(setup.seed());
    Booster booster = ExplanationRate.booster(setup, random);
    Evaluator evaluator =
        Evaluator.of(
            Map.of("booster.json", booster.toByteArray("json")), ExplanationRate.schema(setup));
    float[] flat = ExplanationRate.values(setup, rows, random);
    double[] margins = new double[rows];
    double[] ours = new double[ROUNDS];
    double[] theirs = new double[ROUNDS];
    double[] ratios = new double[ROUNDS];
    int differ = 0;
    for (int i = 0; i < 3; i++) {
      evaluator.margins(flat, rows, margins);
    }
    for (int round = 0; round < ROUNDS; round++) {
      long start = processorNanos();
      evaluator.margins(flat, rows, margins);
      ours[round] = rows * 1e9 / (processorNanos() - start);
      start = processorNanos();
      float[][] reference = predict(booster, flat, rows);
      theirs[round] = rows * 1e9 / (processorNanos() - start);
      ratios[round] = ours[round] / theirs[round];
      for (int i = 0; round == 0 && i < rows; i++) {
        differ += (float) margins[i] == reference[i][0] ? 0 : 1;
      }
    }
    Arrays.sort(ratios);
    double[] single = singles(evaluator, flat);
    double[] native1 = nativeSingles(booster, flat);
    System.out.printf(
        Locale.ROOT,
        "| %d | %.0f %% | %,.0f | %,.0f | %.1f (%.1f to %.1f) | %d | %.1f, %.1f, %.1f | %.1f, %.1f |%n",
        depth,
        100 * missing,
        median(ours),
        median(theirs),
        ratios[ROUNDS / 2],
        ratios[0],
        ratios[ROUNDS - 1],
        differ,
        single[0],
        single[1],
        single[2],
        native1[1],
        native1[2]);
  }

  private static float[][] predict(Booster booster, float[] flat, int rows) throws XGBoostError {
    DMatrix matrix = new DMatrix(flat, rows, COLUMNS, Float.NaN);
    try {
      return booster.predict(matrix, true);
    } finally {
      matrix.dispose();
    }
  }

  /** Mean by the processor's time; percentiles by the clock, which other work disturbs. */
  private static double[] singles(Evaluator evaluator, float[] flat) {
    float[] row = new float[COLUMNS];
    double[] times = new double[SINGLES];
    double mean = 0;
    double sum = 0;
    for (int round = 0; round < 3; round++) {
      long processor = processorNanos();
      for (int i = 0; i < SINGLES; i++) {
        System.arraycopy(flat, i % (flat.length / COLUMNS) * COLUMNS, row, 0, COLUMNS);
        long start = System.nanoTime();
        sum += evaluator.margin(row);
        times[i] = (System.nanoTime() - start) / 1e3;
      }
      mean = (processorNanos() - processor) / 1e3 / SINGLES;
    }
    return figures(mean, times, sum);
  }

  private static double[] nativeSingles(Booster booster, float[] flat) throws XGBoostError {
    int n = SINGLES / 10;
    double[] times = new double[n];
    double sum = 0;
    for (int i = 0; i < n; i++) {
      int at = i % (flat.length / COLUMNS) * COLUMNS;
      float[] row = Arrays.copyOfRange(flat, at, at + COLUMNS);
      long start = System.nanoTime();
      sum += predict(booster, row, 1)[0][0];
      times[i] = (System.nanoTime() - start) / 1e3;
    }
    return figures(0, times, sum);
  }

  private static double[] figures(double mean, double[] times, double sum) {
    if (Double.isNaN(sum)) {
      throw new IllegalStateException("a margin is no number");
    }
    Arrays.sort(times);
    return new double[] {mean, times[times.length / 2], times[(int) (times.length * 0.99)]};
  }

  private static double median(double[] figures) {
    double[] sorted = figures.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static long processorNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
