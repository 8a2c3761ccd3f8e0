package dev.holdfast.training;

import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.model.Evaluator;
import dev.holdfast.model.ModelFolder;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.tribuo.ImmutableFeatureMap;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;

/** A way to learn log-odds of churn from snapshots that keeps to the directions of the features. */
sealed interface RiskTrainer {

  /** For people and for the card. */
  String name();

  /** Learns; the same rows give the same result. */
  Fitted fit(List<Snapshot> rows);

  /**
   * What was learnt.
   *
   * @param files {@code model.pb} and the evaluator's JSON
   * @param margin log-odds as the service will compute them
   */
  record Fitted(Map<String, byte[]> files, ToDoubleFunction<float[]> margin) {

    static Fitted of(Model<Label> model, String name, byte[] evaluator) {
      Map<String, byte[]> files = new HashMap<>();
      files.put("model.pb", model.serialize().toByteArray());
      files.put(name, evaluator);
      return new Fitted(Map.copyOf(files), Evaluator.of(files, FeatureSchema.current())::margin);
    }
  }

  /** The simpler one: first in line on a tie. */
  record Logistic(double c, Instant asOf) implements RiskTrainer {

    @Override
    public String name() {
      return "sign-constrained logistic regression";
    }

    @Override
    public Fitted fit(List<Snapshot> rows) {
      FeatureSchema schema = FeatureSchema.current();
      MutableDataset<Label> data = Labels.dataset(rows, schema, asOf);
      SignConstrainedLogisticTrainer trainer = new SignConstrainedLogisticTrainer(c, schema, asOf);
      SignConstrainedLogisticTrainer.Coefficients fitted = trainer.fit(data);
      ImmutableFeatureMap map = data.getFeatureIDMap();
      double[] mean = new double[schema.size()];
      double[] scale = new double[schema.size()];
      double[] weight = new double[schema.size()];
      for (int i = 0; i < schema.size(); i++) {
        int id = map.getID(schema.features().get(i).name());
        mean[i] = fitted.mean()[id];
        scale[i] = fitted.scale()[id];
        weight[i] = fitted.weight()[id];
      }
      return Fitted.of(
          trainer.model(data, fitted, Map.of()),
          "weights.json",
          ModelFolder.weightsJson(schema, fitted.bias(), mean, scale, weight));
    }
  }

  /** Boosted trees. */
  record Boosting(Experiment.Boosting settings, long seed, Instant asOf) implements RiskTrainer {

    @Override
    public String name() {
      return "monotone boosted trees";
    }

    @Override
    public Fitted fit(List<Snapshot> rows) {
      MutableDataset<Label> data = Labels.dataset(rows, FeatureSchema.current(), asOf);
      Model<Label> model = new MonotoneBoostingTrainer(settings, seed, asOf).train(data);
      try {
        return Fitted.of(
            model, "booster.json", MonotoneBoostingTrainer.booster(model).toByteArray("json"));
      } catch (XGBoostError e) {
        throw new IllegalStateException("the booster could not be written", e);
      }
    }
  }
}
