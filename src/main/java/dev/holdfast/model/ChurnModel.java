package dev.holdfast.model;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.Feature;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.activity.Features;
import dev.holdfast.activity.Priors;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A model version ready to score: features, evaluator and calibration. Thread-safe, pure Java. The
 * risk of a customer never falls while nothing happens.
 */
public final class ChurnModel {

  private static final double WORTH_SAYING = 0.01;
  // Levels are edges of bands and thresholds of campaigns: a few.
  private static final int LEVELS_KEPT = 256;

  private final String version;
  private final Priors priors;
  private final Evaluator evaluator;
  private final Calibrator calibrator;
  private final FeatureSchema schema;
  private final Map<Double, Double> marginsAt = new ConcurrentHashMap<>();

  private ChurnModel(
      String version,
      Priors priors,
      Evaluator evaluator,
      Calibrator calibrator,
      FeatureSchema schema) {
    this.version = version;
    this.priors = priors;
    this.evaluator = evaluator;
    this.calibrator = calibrator;
    this.schema = schema;
  }

  /**
   * Checks signature and hashes, then reads the model.
   *
   * @param files the files of the version by name, its manifest included
   * @throws BadModel if they are not signed by us, not complete, or not understood
   */
  public static ChurnModel load(Map<String, byte[]> files, ModelTrust trust) {
    String version = Manifest.check(files, trust);
    FeatureSchema schema = FeatureSchema.current();
    Json.requireSchema(
        "features.json", Json.read("features.json", file(files, "features.json")), schema);
    return new ChurnModel(
        version,
        PriorsJson.read(file(files, "priors.json")),
        Evaluator.of(files, schema),
        Calibrator.read(file(files, "calibration.json")),
        schema);
  }

  private static byte[] file(Map<String, byte[]> files, String name) {
    byte[] content = files.get(name);
    if (content == null) {
      throw new BadModel("the model has no " + name);
    }
    return content;
  }

  /** Its name, unique. */
  public String version() {
    return version;
  }

  /** The population tables it was trained with, and what it calls churn. */
  public Priors priors() {
    return priors;
  }

  /**
   * Calibrated probability of churn in the horizon that starts at {@code t}.
   *
   * @param t not before the newest event of the state
   * @return in (0, 1); never falls as {@code t} grows
   */
  public double risk(ActivityState state, Instant t) {
    return probability(Features.of(state, t, priors));
  }

  /** What follows customers into their silence: for one thread, and for many customers. */
  public Silence silence() {
    return new Silence(this, evaluator);
  }

  /** The smallest log-odds whose probability is at or above a level. */
  double marginAt(double level) {
    Double kept = marginsAt.get(level);
    if (kept == null) {
      kept = calibrator.smallestMargin(level);
      if (marginsAt.size() < LEVELS_KEPT) {
        marginsAt.put(level, kept);
      }
    }
    return kept;
  }

  /** Calibrated probability of churn for features of this model's schema, in (0, 1). */
  public double probability(float[] features) {
    return calibrator.probability(evaluator.margin(features));
  }

  /** How log-odds become a probability. */
  public Calibrator calibrator() {
    return calibrator;
  }

  /** Log-odds before calibration, as the trained model gives them. */
  public double margin(float[] features) {
    return evaluator.margin(features);
  }

  /**
   * What each feature adds to the log-odds before calibration; the bias last, the sum is the
   * margin.
   */
  public double[] contributions(float[] features) {
    return evaluator.contributions(features);
  }

  /**
   * What raises the risk of a customer most, the strongest first. Only what raises it: a family
   * that lowers it is no reason to call.
   *
   * @param t not before the newest event of the state
   * @param top how many at most, at least 1
   */
  public List<Reason> reasons(ActivityState state, Instant t, int top) {
    float[] features = Features.of(state, t, priors);
    double[] contributions = evaluator.contributions(features);
    Map<String, Double> sums = new LinkedHashMap<>();
    Map<String, Integer> strongest = new LinkedHashMap<>();
    for (int i = 0; i < schema.size(); i++) {
      String family = schema.features().get(i).family();
      sums.merge(family, contributions[i], Double::sum);
      Integer best = strongest.get(family);
      if (best == null || contributions[i] > contributions[best]) {
        strongest.put(family, i);
      }
    }
    ReasonWords words = new ReasonWords(schema, features, state, t, priors);
    // Only what will be said is put into words: they cost more than the figures.
    return sums.entrySet().stream()
        .filter(family -> family.getValue() > WORTH_SAYING)
        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
        .limit(top)
        .map(
            family -> {
              Feature feature =
                  schema.features().get(Objects.requireNonNull(strongest.get(family.getKey())));
              return new Reason(
                  family.getKey(), feature.name(), family.getValue(), words.of(feature));
            })
        .toList();
  }
}
