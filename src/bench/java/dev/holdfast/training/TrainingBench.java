package dev.holdfast.training;

import dev.holdfast.activity.Direction;
import dev.holdfast.activity.Feature;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.model.Evaluator;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;

/**
 * Training of boosted trees as Holdfast does it, from rows to all files of a model, beside
 * XGBoost4J alone on the same values with the same parameters. Each runs in a JVM of its own, in
 * turn.
 */
final class TrainingBench {

  private static final int COLUMNS = 40;
  private static final int DEPTH = 6;
  private static final long SEED = 1;
  private static final String HEAP = "2g";
  private static final int COMPARED = 10_000;
  private static final Experiment.Boosting SETTINGS =
      new Experiment.Boosting(200, 0.1, DEPTH, 30.0, 1.0, 0.8, 1.0, null);

  private TrainingBench() {}

  /** Sizes: rows, rounds, repeats. */
  static void run(String... sizes) throws Exception {
    int rows = Bench.size(sizes, 0, 1_000_000);
    int rounds = Bench.size(sizes, 1, SETTINGS.trees());
    int repeats = Bench.size(sizes, 2, 3);
    System.out.printf(
        Locale.ROOT,
        "%,d rows, %d features, %d rounds, depth %d, %d threads, heap %s; medians of %d runs%n%n",
        rows,
        COLUMNS,
        rounds,
        DEPTH,
        MonotoneBoostingTrainer.THREADS,
        HEAP,
        repeats);
    System.out.println(
        "| names | side | wall, s | processor, s | peak memory, MiB | wall ratio | processor ratio"
            + " | memory ratio | same predictions |");
    System.out.println("|---|---|---|---|---|---|---|---|---|");
    for (String order : List.of("sorted", "shuffled")) {
      Map<String, List<Child>> runs = new LinkedHashMap<>();
      for (int i = 0; i < repeats; i++) {
        List<String> sides = i % 2 == 0 ? List.of("raw", "ours") : List.of("ours", "raw");
        for (String side : sides) {
          Child child =
              Child.run(HEAP, List.of("child", "training", side, order, "" + rows, "" + rounds));
          System.err.printf(
              "%s %s: %s s, %s s of processor, %s MiB, load %.1f%n",
              order,
              side,
              child.text("wall"),
              child.text("processor"),
              child.text("peak"),
              Measured.load());
          runs.computeIfAbsent(side, s -> new ArrayList<>()).add(child);
        }
      }
      print(order, runs);
    }
  }

  private static void print(String order, Map<String, List<Child>> runs) {
    List<Child> raw = runs.getOrDefault("raw", List.of());
    List<Child> ours = runs.getOrDefault("ours", List.of());
    boolean same = raw.get(0).text("predictions").equals(ours.get(0).text("predictions"));
    for (String side : List.of("raw", "ours")) {
      List<Child> these = side.equals("raw") ? raw : ours;
      System.out.printf(
          Locale.ROOT,
          "| %s | %s | %.1f | %.1f | %.0f | %s | %s |%n",
          order,
          side.equals("raw") ? "XGBoost4J" : "Holdfast",
          median(these, "wall"),
          median(these, "processor"),
          median(these, "peak"),
          side.equals("raw")
              ? "1 | 1 | 1"
              : List.of("wall", "processor", "peak").stream()
                  .map(f -> String.format(Locale.ROOT, "%.2f", median(ours, f) / median(raw, f)))
                  .collect(Collectors.joining(" | ")),
          side.equals("raw") ? "" : same ? "yes" : "no");
    }
  }

  private static double median(List<Child> runs, String figure) {
    return MadeUpRows.median(runs.stream().map(run -> run.number(figure)).toList());
  }

  static void child(String... args) throws Exception {
    int n = Integer.parseInt(args[2]);
    int rounds = Integer.parseInt(args[3]);
    FeatureSchema schema = MadeUpRows.schema(COLUMNS, args[1].equals("sorted"));
    byte[][] booster = new byte[1][];
    Measured measured =
        args[0].equals("raw") ? raw(n, rounds, schema, booster) : ours(n, rounds, schema, booster);
    Child.say("wall", String.format(Locale.ROOT, "%.2f", measured.wallSeconds()));
    Child.say("processor", String.format(Locale.ROOT, "%.2f", measured.processorSeconds()));
    Child.say("peak", String.format(Locale.ROOT, "%.0f", Measured.peakMegabytes()));
    Child.say("predictions", predictions(booster[0], schema));
  }

  private static Measured ours(int n, int rounds, FeatureSchema schema, byte[][] booster)
      throws Exception {
    Experiment.Boosting settings =
        new Experiment.Boosting(
            rounds,
            SETTINGS.eta(),
            SETTINGS.depth(),
            SETTINGS.minChildWeight(),
            SETTINGS.lambda(),
            SETTINGS.subsample(),
            SETTINGS.columns(),
            null);
    Rows rows = MadeUpRows.rows(n, schema, SEED);
    RiskTrainer trainer =
        new RiskTrainer.Boosting(
            settings, schema.features().stream().map(Feature::name).toList(), SEED, Instant.EPOCH);
    return Measured.of(() -> booster[0] = trainer.fit(rows).files().get("booster.json"));
  }

  private static Measured raw(int n, int rounds, FeatureSchema schema, byte[][] booster)
      throws Exception {
    float[] values = new float[n * schema.size()];
    float[] labels = new float[n];
    MadeUpRows made = new MadeUpRows(schema.size(), SEED);
    for (int i = 0; i < n; i++) {
      System.arraycopy(made.next(), 0, values, i * schema.size(), schema.size());
      labels[i] = made.churned() ? 1 : 0;
    }
    Map<String, Object> parameters = new HashMap<>();
    parameters.put("objective", "binary:logistic");
    parameters.put("base_score", 0.5);
    parameters.put("tree_method", "hist");
    parameters.put("eta", SETTINGS.eta());
    parameters.put("max_depth", SETTINGS.depth());
    parameters.put("min_child_weight", SETTINGS.minChildWeight());
    parameters.put("lambda", SETTINGS.lambda());
    parameters.put("subsample", SETTINGS.subsample());
    parameters.put("colsample_bytree", SETTINGS.columns());
    parameters.put("monotone_constraints", constraints(schema));
    parameters.put("seed", SEED);
    parameters.put("nthread", MonotoneBoostingTrainer.THREADS);
    parameters.put("verbosity", 0);
    return Measured.of(
        () -> {
          DMatrix matrix = new DMatrix(values, n, schema.size(), Float.NaN);
          matrix.setLabel(labels);
          Booster trained = XGBoost.train(matrix, parameters, rounds, Map.of(), null, null);
          matrix.dispose();
          trained.setFeatureNames(
              schema.features().stream().map(Feature::name).toArray(String[]::new));
          booster[0] = trained.toByteArray("json");
        });
  }

  private static String constraints(FeatureSchema schema) {
    return schema.features().stream()
        .map(Feature::direction)
        .map(d -> d == Direction.RISING ? "1" : d == Direction.FALLING ? "-1" : "0")
        .collect(Collectors.joining(",", "(", ")"));
  }

  /** A digest of what the booster predicts for the first rows. */
  private static String predictions(byte[] booster, FeatureSchema schema) throws Exception {
    Evaluator evaluator = Evaluator.of(Map.of("booster.json", booster), schema);
    MadeUpRows made = new MadeUpRows(schema.size(), SEED + 1);
    ByteBuffer margins = ByteBuffer.allocate(8 * COMPARED);
    for (int i = 0; i < COMPARED; i++) {
      margins.putDouble(evaluator.margin(made.next()));
    }
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(margins.array()));
  }
}
