package dev.holdfast.training;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.tribuo.ImmutableFeatureMap;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/**
 * Logistic regression of churn on any features in any direction: for questions about the effect of
 * a contact, where nobody knows beforehand which way a feature points. Never a model of risk.
 */
public final class OutcomeRegression {

  private final double bias;
  private final double[] weight;

  private OutcomeRegression(double bias, double[] weight) {
    this.bias = bias;
    this.weight = weight;
  }

  /**
   * Learns; the same rows give the same regression.
   *
   * @param names of the features, distinct
   * @param features one row for each customer in the order of the names, finite
   * @param churned what became of them; both outcomes must occur
   * @param c inverse strength of the ridge on standardised features, positive
   */
  public static OutcomeRegression fit(
      List<String> names, double[][] features, boolean[] churned, double c) {
    LabelFactory labels = new LabelFactory();
    MutableDataset<Label> data =
        new MutableDataset<>(
            new SimpleDataSourceProvenance(
                "customers", Instant.EPOCH.atOffset(ZoneOffset.UTC), labels),
            labels);
    String[] columns = names.toArray(String[]::new);
    for (int i = 0; i < features.length; i++) {
      data.add(
          new ArrayExample<>(
              new Label(churned[i] ? RowsDataset.CHURNED : RowsDataset.STAYED),
              columns,
              features[i]));
    }
    SignConstrainedLogisticTrainer.Coefficients fitted =
        new SignConstrainedLogisticTrainer(c, Instant.EPOCH).fit(data);
    ImmutableFeatureMap map = data.getFeatureIDMap();
    double bias = fitted.bias();
    double[] weight = new double[columns.length];
    for (int j = 0; j < columns.length; j++) {
      int id = map.getID(columns[j]);
      // A column that is 0 everywhere is not in the map.
      if (id >= 0) {
        weight[j] = fitted.weight()[id] / fitted.scale()[id];
        bias -= weight[j] * fitted.mean()[id];
      }
    }
    return new OutcomeRegression(bias, weight);
  }

  /** Probability of churn in (0, 1), of features in the order of the names. */
  public double probability(double[] features) {
    double z = bias;
    for (int j = 0; j < weight.length; j++) {
      z += weight[j] * features[j];
    }
    return 1 / (1 + Math.exp(-z));
  }

  /** Log-odds of churn where all features are 0. */
  public double bias() {
    return bias;
  }

  /** What a unit of each feature adds to the log-odds, in the order of the names. */
  public double[] weights() {
    return weight.clone();
  }
}
