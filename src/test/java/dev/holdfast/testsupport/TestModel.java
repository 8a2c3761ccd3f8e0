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
    promote(models, VERSION, EVEN_AT_DAYS);
  }

  /**
   * Makes another of its kind serve.
   *
   * @param version its name
   * @param evenAtDays idle days at which its risk is one half
   */
  public static void promote(ModelRegistry models, String version, double evenAtDays) {
    if (models.champion().filter(one -> one.model().version().equals(version)).isPresent()) {
      return;
    }
    models.register(
        files(models.trust(), version, evenAtDays), version, "{\"passed\":true}", "test");
    models.promote(version, "test", "the model of the tests");
  }

  /** The files of the usual one, signed, as the registry keeps them. */
  public static Map<String, byte[]> files(ModelTrust trust) {
    return files(trust, VERSION, EVEN_AT_DAYS);
  }

  private static Map<String, byte[]> files(ModelTrust trust, String version, double evenAtDays) {
    FeatureSchema schema = FeatureSchema.current();
    double[] mean = new double[schema.size()];
    double[] scale = new double[schema.size()];
    double[] weight = new double[schema.size()];
    Arrays.fill(scale, 1);
    weight[schema.indexOf("idle")] = 0.5;
    Map<String, byte[]> files = new HashMap<>();
    files.put(
        "weights.json", ModelFolder.weightsJson(schema, -evenAtDays / 2, mean, scale, weight));
    files.put("features.json", ModelFolder.featuresJson(schema));
    files.put("priors.json", ModelFolder.priorsJson(Priors.standard()));
    files.put("calibration.json", "{\"kind\":\"none\"}".getBytes(StandardCharsets.UTF_8));
    return ModelFolder.sign(version, files, trust);
  }
}
