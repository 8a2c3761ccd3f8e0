package dev.holdfast.testsupport;

import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.activity.Priors;
import dev.holdfast.model.ModelFolder;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.model.ModelTrust;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * A real model, small enough to know its answers: the log-odds of churn are (idle days - 8) / 2.
 */
public final class TestModel {

  /** Idle days at which the risk is one half. */
  public static final double EVEN_AT_DAYS = 8;

  /** The name of its one version. */
  public static final String VERSION = "idle-days-1";

  private TestModel() {}

  /** Makes it serve, whatever served before. */
  public static void promote(ModelRegistry models) {
    if (models.champion().filter(one -> one.model().version().equals(VERSION)).isPresent()) {
      return;
    }
    models.register(files(models.trust()), VERSION, "{\"passed\":true}", "test");
    models.promote(VERSION, "test", "the model of the tests");
  }

  /** Its files, signed, as the registry keeps them. */
  public static Map<String, byte[]> files(ModelTrust trust) {
    FeatureSchema schema = FeatureSchema.current();
    double[] mean = new double[schema.size()];
    double[] scale = new double[schema.size()];
    double[] weight = new double[schema.size()];
    Arrays.fill(scale, 1);
    weight[schema.indexOf("idle")] = 0.5;
    Map<String, byte[]> files = new HashMap<>();
    files.put(
        "weights.json", ModelFolder.weightsJson(schema, -EVEN_AT_DAYS / 2, mean, scale, weight));
    files.put("features.json", ModelFolder.featuresJson(schema));
    files.put("priors.json", ModelFolder.priorsJson(Priors.standard()));
    files.put("calibration.json", "{\"kind\":\"none\"}".getBytes(StandardCharsets.UTF_8));
    return ModelFolder.sign(VERSION, files, trust);
  }
}
