package dev.holdfast.training;

import dev.holdfast.activity.Direction;
import dev.holdfast.activity.Feature;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.model.Evaluator;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;

/**
 * How fast the service explains a boosted model, beside XGBoost's own {@code predictContrib} on the
 * same trees and rows, each on one thread. Time is that of the processor, so that other work on the
 * machine does not count.
 *
 * @param first milliseconds of the first explanation, which builds the tables
 * @param ours rows a second, one row at a time
 * @param theirs rows a second, all rows in one call
 * @param apart the largest difference between a contribution of ours and of theirs, in log-odds
 * @param marginsApart how many margins of ours differ from theirs in any bit
 */
record ExplanationRate(double first, double ours, double theirs, double apart, int marginsApart) {

  private static final int WARM_UP_ROWS = 500;

  /**
   * The trees and the rows of a measurement.
   *
   * @param features columns, at least 6
   * @param missing share of values that are missing, in [0, 1)
   * @param trainingRows from which the trees are learnt
   * @param rows that are explained
   */
  record Setup(
      int trees, int depth, int features, double missing, int trainingRows, int rows, long seed) {}

  /** Learns trees from made-up rows, then explains others in both ways. */
  static ExplanationRate measure(Setup setup) throws XGBoostError {
    Random random = new Random(setup.seed());
    Booster booster = booster(setup, random);
    FeatureSchema schema = schema(setup);
    Evaluator evaluator = Evaluator.of(Map.of("booster.json", booster.toByteArray("json")), schema);

    float[] flat = values(setup, setup.rows(), random);
    List<float[]> rows = new ArrayList<>();
    for (int i = 0; i < setup.rows(); i++) {
      float[] row = new float[setup.features()];
      System.arraycopy(flat, i * row.length, row, 0, row.length);
      rows.add(row);
    }
    long start = processorNanos();
    evaluator.contributions(rows.get(0));
    double first = (processorNanos() - start) / 1e6;
    rows.stream().limit(WARM_UP_ROWS).forEach(evaluator::contributions);
    start = processorNanos();
    List<double[]> explained = rows.stream().map(evaluator::contributions).toList();
    double ours = rows.size() * 1e9 / (processorNanos() - start);

    DMatrix matrix = new DMatrix(flat, setup.rows(), setup.features(), Float.NaN);
    try {
      float[][] margins = booster.predict(matrix, true);
      start = processorNanos();
      float[][] reference = booster.predictContrib(matrix, 0);
      double theirs = rows.size() * 1e9 / (processorNanos() - start);
      double apart = 0;
      int marginsApart = 0;
      for (int i = 0; i < reference.length; i++) {
        for (int j = 0; j < reference[i].length; j++) {
          apart = Math.max(apart, Math.abs(reference[i][j] - explained.get(i)[j]));
        }
        marginsApart += (float) evaluator.margin(rows.get(i)) == margins[i][0] ? 0 : 1;
      }
      return new ExplanationRate(first, ours, theirs, apart, marginsApart);
    } finally {
      matrix.dispose();
    }
  }

  /** Trees learnt from made-up rows, the features named as in {@link #schema}. */
  static Booster booster(Setup setup, Random random) throws XGBoostError {
    Booster booster = learn(setup, values(setup, setup.trainingRows(), random), random);
    booster.setFeatureNames(
        schema(setup).features().stream().map(Feature::name).toArray(String[]::new));
    return booster;
  }

  private static long processorNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  static FeatureSchema schema(Setup setup) {
    List<Feature> features = new ArrayList<>();
    for (int i = 0; i < setup.features(); i++) {
      features.add(new Feature("f" + i, "-", "made up", Direction.FROZEN, "feature " + i));
    }
    return FeatureSchema.of(1, features);
  }

  static float[] values(Setup setup, int rows, Random random) {
    float[] values = new float[rows * setup.features()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextDouble() < setup.missing() ? Float.NaN : (float) random.nextGaussian();
    }
    return values;
  }

  /** Labels depend on all features a little and on some together, so that trees grow full. */
  private static Booster learn(Setup setup, float[] values, Random random) throws XGBoostError {
    int width = setup.features();
    float[] labels = new float[setup.trainingRows()];
    for (int i = 0; i < labels.length; i++) {
      double z = 0;
      for (int j = 0; j < width; j++) {
        float x = values[i * width + j];
        float next = values[i * width + (j + 1) % width];
        z += Float.isNaN(x) ? 0.2 : x * (j % 3 - 1) / 2 + (Float.isNaN(next) ? 0 : x * next / 3);
      }
      labels[i] = random.nextDouble() < 1 / (1 + Math.exp(-z)) ? 1 : 0;
    }
    Map<String, Object> parameters = new HashMap<>();
    parameters.put("objective", "binary:logistic");
    parameters.put("base_score", 0.5);
    parameters.put("tree_method", "hist");
    parameters.put("eta", 0.06);
    parameters.put("max_depth", setup.depth());
    parameters.put("min_child_weight", 1);
    parameters.put("seed", setup.seed());
    parameters.put("nthread", 1);
    parameters.put("verbosity", 0);
    DMatrix matrix = new DMatrix(values, setup.trainingRows(), width, Float.NaN);
    try {
      matrix.setLabel(labels);
      return XGBoost.train(matrix, parameters, setup.trees(), Map.of(), null, null);
    } finally {
      matrix.dispose();
    }
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "ours %.0f rows/s (the first %.0f ms), native predictContrib %.0f rows/s: %.1f times; at most"
            + " %.1e apart",
        ours,
        first,
        theirs,
        ours / theirs,
        apart);
  }
}
