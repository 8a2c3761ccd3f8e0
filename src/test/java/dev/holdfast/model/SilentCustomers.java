package dev.holdfast.model;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.Direction;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.activity.Features;
import dev.holdfast.activity.Priors;
import dev.holdfast.activity.RandomHistory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Customers of random histories and models of each kind for them. */
public final class SilentCustomers {

  /** What a model is made of. */
  public enum Kind {
    REGRESSION,
    TREES,
    BLEND
  }

  private static final FeatureSchema SCHEMA = FeatureSchema.current();

  private SilentCustomers() {}

  /** States that have been used and are open. */
  public static List<ActivityState> states(int customers) {
    List<ActivityState> states = new ArrayList<>();
    for (long seed = 0; states.size() < customers; seed++) {
      ActivityState state = RandomHistory.state(RandomHistory.of(seed));
      if (state.usageOccasions() > 0 && !state.closed()) {
        states.add(state);
      }
    }
    return states;
  }

  /**
   * A model whose risk passes from low to high within some weeks of silence.
   *
   * @param folder for keys
   */
  public static ChurnModel model(
      Kind kind, int trees, int depth, Calibrator calibrator, long seed, Path folder) {
    Random random = new Random(seed);
    Map<String, byte[]> files = new HashMap<>();
    if (kind != Kind.TREES) {
      files.put("weights.json", weights(random));
    }
    if (kind != Kind.REGRESSION) {
      files.put(
          "booster.json",
          DirectedBooster.json(random, rows(random), trees, depth, 20 / Math.sqrt(trees)));
    }
    if (kind == Kind.BLEND) {
      files.put("blend.json", ModelFolder.blendJson(0.5, 0.5));
    }
    files.put("priors.json", ModelFolder.priorsJson(Priors.standard()));
    files.put("features.json", ModelFolder.featuresJson(SCHEMA));
    files.put("calibration.json", calibrator.toJson());
    files.put("model.pb", new byte[] {1, 2, 3});
    ModelTrust trust = ModelTrust.in(folder);
    return ChurnModel.load(ModelFolder.sign("demo-1", files, trust), trust);
  }

  private static byte[] weights(Random random) {
    double[] mean = new double[SCHEMA.size()];
    double[] scale = new double[SCHEMA.size()];
    double[] weight = new double[SCHEMA.size()];
    Arrays.fill(mean, 1);
    Arrays.fill(scale, 2);
    for (int i = 0; i < weight.length; i++) {
      Direction direction = SCHEMA.features().get(i).direction();
      double size = 0.3 * Math.abs(random.nextGaussian());
      weight[i] =
          switch (direction) {
            case RISING -> size;
            case FALLING -> -size;
            case FROZEN -> 0.1 * random.nextGaussian();
          };
    }
    return ModelFolder.weightsJson(SCHEMA, -1, mean, scale, weight);
  }

  private static List<float[]> rows(Random random) {
    List<float[]> rows = new ArrayList<>();
    for (ActivityState state : states(300)) {
      long hours = (long) Math.exp(random.nextDouble() * Math.log(24 * 300));
      rows.add(
          Features.of(
              state, state.lastOccurredAt().plus(Duration.ofHours(hours)), Priors.standard()));
    }
    return rows;
  }
}
