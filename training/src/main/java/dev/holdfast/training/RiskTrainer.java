package dev.holdfast.training;

import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.model.Evaluator;
import dev.holdfast.model.ModelFolder;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.tribuo.ImmutableFeatureMap;
import org.tribuo.Model;
import org.tribuo.classification.Label;

/** A way to learn log-odds of churn from rows that keeps to the directions of their schema. */
sealed interface RiskTrainer {

  /** For people and for the card. */
  String name();

  /** The settings in words, for the report. */
  String words();

  /**
   * Learns; the same rows give the same result.
   *
   * @throws IllegalStateException if all rows have the same outcome
   */
  Fitted fit(Rows rows);

  /**
   * What was learnt.
   *
   * @param files {@code model.pb} and the evaluator's JSON
   * @param margin log-odds as the service will compute them
   */
  record Fitted(Map<String, byte[]> files, ToDoubleFunction<float[]> margin) {

    static Fitted of(Map<String, byte[]> files, FeatureSchema schema) {
      return new Fitted(Map.copyOf(files), Evaluator.of(files, schema)::margin);
    }

    /** The margins of these rows. */
    double[] margins(Rows rows) {
      double[] margins = new double[rows.size()];
      float[] row = new float[rows.schema().size()];
      for (int i = 0; i < margins.length; i++) {
        rows.read(i, row);
        margins[i] = margin.applyAsDouble(row);
      }
      return margins;
    }
  }

  private static Map<String, byte[]> files(Model<Label> model, String name, byte[] evaluator) {
    Map<String, byte[]> files = new HashMap<>();
    files.put("model.pb", model.serialize().toByteArray());
    files.put(name, evaluator);
    return files;
  }

  /**
   * The simpler one: first in line on a tie.
   *
   * @param c inverse strength of the ridge
   * @param names the features it may use
   * @param asOf recorded as the time of training
   */
  record Logistic(double c, List<String> names, Instant asOf) implements RiskTrainer {

    @Override
    public String name() {
      return "sign-constrained logistic regression";
    }

    @Override
    public String words() {
      return String.format(Locale.ROOT, "C %.4g, %d features", c, names.size());
    }

    @Override
    public Fitted fit(Rows rows) {
      return Fitted.of(fit(rows, 1, -1), rows.schema());
    }

    /**
     * The regression and the log-odds in one column, averaged: still a linear model.
     *
     * @param share weight of the regression, in [0, 1]; the column has the rest
     * @param column with log-odds of its own, or -1 with a share of 1
     * @return files of the model
     */
    Map<String, byte[]> fit(Rows rows, double share, int column) {
      FeatureSchema schema = rows.schema();
      Rows chosen = rows.only(names);
      RowsDataset data = new RowsDataset(chosen, asOf);
      SignConstrainedLogisticTrainer trainer =
          new SignConstrainedLogisticTrainer(c, chosen.schema(), asOf);
      SignConstrainedLogisticTrainer.Coefficients fitted = trainer.fit(data);
      ImmutableFeatureMap map = data.getFeatureIDMap();
      if (share < 1) {
        fitted = fitted.blended(share, map.getID(schema.features().get(column).name()));
      }
      double[] mean = new double[schema.size()];
      double[] scale = new double[schema.size()];
      double[] weight = new double[schema.size()];
      Arrays.fill(scale, 1);
      for (String name : names) {
        int i = schema.indexOf(name);
        int id = map.getID(name);
        mean[i] = fitted.mean()[id];
        scale[i] = fitted.scale()[id];
        weight[i] = fitted.weight()[id];
      }
      return files(
          trainer.model(data, fitted, Map.of()),
          "weights.json",
          ModelFolder.weightsJson(schema, fitted.bias(), mean, scale, weight));
    }
  }

  /**
   * Boosted trees.
   *
   * @param settings of the trees
   * @param names the features they may use
   * @param seed of the draws of rows and columns
   * @param asOf recorded as the time of training
   */
  record Boosting(Experiment.Boosting settings, List<String> names, long seed, Instant asOf)
      implements RiskTrainer {

    @Override
    public String name() {
      return "monotone boosted trees";
    }

    @Override
    public String words() {
      return settings.words();
    }

    @Override
    public Fitted fit(Rows rows) {
      Rows chosen = rows.only(names);
      RowsDataset data = new RowsDataset(chosen, asOf);
      Model<Label> model =
          new MonotoneBoostingTrainer(settings, seed, chosen.schema(), asOf).train(data);
      try {
        return Fitted.of(
            files(
                model, "booster.json", MonotoneBoostingTrainer.booster(model).toByteArray("json")),
            rows.schema());
      } catch (XGBoostError e) {
        throw new IllegalStateException("the booster could not be written", e);
      }
    }
  }
}
