package dev.holdfast.training.uplift;

import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import dev.holdfast.campaign.EffectFormula;
import dev.holdfast.campaign.EffectFormula.Curve;
import dev.holdfast.training.OutcomeRegression;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.OutputFactory;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;
import org.tribuo.regression.RegressionFactory;
import org.tribuo.regression.Regressor;
import org.tribuo.regression.slm.ElasticNetCDTrainer;

/**
 * The two regressions that all learners are made of, on standardised features: of churn (logistic,
 * by the trainer that models of risk use) and of an effect (Tribuo's elastic net by coordinate
 * descent). Deterministic.
 */
final class Regressions {

  // Light: the outcome models have at most ten features and a thousand rows or more.
  private static final double C = 1;
  private static final double PENALTY = 0.002;
  private static final double LASSO_PART = 0.5;
  private static final double TOLERANCE = 1e-6;
  private static final int ITERATIONS = 1_000;
  private static final OutputFactory<Regressor> FACTORY = new RegressionFactory();
  private static final String EFFECT = "effect";
  private static final Instant UNDATED = Instant.EPOCH;

  // Held here, or the setting would be lost with the logger; it tells of every iteration.
  private static final Logger ITERATIONS_TOLD =
      Logger.getLogger(ElasticNetCDTrainer.class.getName());

  static {
    ITERATIONS_TOLD.setLevel(Level.WARNING);
  }

  private Regressions() {}

  /** Mean and scale of each feature; a constant has the scale 1. */
  private record Scale(double[] mean, double[] deviation) {

    static Scale of(double[][] x, int features) {
      double[] mean = new double[features];
      double[] deviation = new double[features];
      for (int j = 0; j < features; j++) {
        for (double[] row : x) {
          mean[j] += row[j] / x.length;
        }
        double squares = 0;
        for (double[] row : x) {
          squares += (row[j] - mean[j]) * (row[j] - mean[j]) / x.length;
        }
        double sd = Math.sqrt(squares);
        deviation[j] = sd > 1e-9 ? sd : 1;
      }
      return new Scale(mean, deviation);
    }

    double[] apply(double[] row) {
      double[] scaled = new double[row.length];
      for (int j = 0; j < row.length; j++) {
        scaled[j] = (row[j] - mean[j]) / deviation[j];
      }
      return scaled;
    }

    double[][] apply(double[][] rows) {
      return Arrays.stream(rows).map(this::apply).toArray(double[][]::new);
    }

    /** The weights of scaled features as those of the features themselves ... */
    double[] unscaled(double[] weights) {
      double[] slope = new double[weights.length];
      for (int j = 0; j < slope.length; j++) {
        slope[j] = weights[j] / deviation[j];
      }
      return slope;
    }

    /** ... and what the intercept is too large by then. */
    double shift(double[] weights) {
      double shift = 0;
      for (int j = 0; j < weights.length; j++) {
        shift += weights[j] * mean[j] / deviation[j];
      }
      return shift;
    }
  }

  /** Learns the probability of churn; the share that churned if all did or none. */
  static Curve churn(Trial rows) {
    int churned = churned(rows);
    int features = rows.names().size();
    if (churned == 0 || churned == rows.size()) {
      double constant = (churned + 0.5) / (rows.size() + 1);
      return new Curve(1, Math.log(constant / (1 - constant)), new double[features]);
    }
    Scale scale = Scale.of(rows.features(), features);
    OutcomeRegression fitted =
        OutcomeRegression.fit(rows.names(), scale.apply(rows.features()), rows.churned(), C);
    return new Curve(
        1, fitted.bias() - scale.shift(fitted.weights()), scale.unscaled(fitted.weights()));
  }

  /**
   * Learns churn with the contact as one more feature, so that it moves everybody's log-odds alike;
   * no effect if all churned or none did.
   */
  static EffectFormula oneShift(Trial rows) {
    int n = rows.size();
    int features = rows.names().size();
    int churned = churned(rows);
    if (churned == 0 || churned == n) {
      return EffectFormula.constant(0, features);
    }
    Scale scale = Scale.of(rows.features(), features);
    double[][] x = new double[n][];
    for (int i = 0; i < n; i++) {
      x[i] = Arrays.copyOf(scale.apply(rows.features()[i]), features + 1);
      x[i][features] = rows.treated()[i] ? 1 : 0;
    }
    List<String> names = new ArrayList<>(rows.names());
    names.add("(contact)");
    OutcomeRegression fitted = OutcomeRegression.fit(names, x, rows.churned(), C);
    double[] weights = Arrays.copyOf(fitted.weights(), features);
    double shift = fitted.weights()[features];
    double bias = fitted.bias() - scale.shift(weights);
    double[] slope = scale.unscaled(weights);
    return new EffectFormula(
        0,
        new double[features],
        List.of(new Curve(1, bias, slope), new Curve(-1, bias + shift, slope)));
  }

  private static int churned(Trial rows) {
    int churned = 0;
    for (boolean one : rows.churned()) {
      churned += one ? 1 : 0;
    }
    return churned;
  }

  /** Learns an effect from a noisy one for each row; their mean if the features tell nothing. */
  static EffectFormula effect(List<String> names, double[][] x, double[] y) {
    Scale scale = Scale.of(x, names.size());
    double mean = Arrays.stream(y).average().orElse(0);
    // The net is penalised in units of the outcome: scaled, so that one penalty fits all.
    double spread =
        Math.sqrt(Arrays.stream(y).map(v -> (v - mean) * (v - mean)).average().orElse(0));
    if (!(spread > 0)) {
      return EffectFormula.constant(mean, names.size());
    }
    String[] columns = names.toArray(String[]::new);
    MutableDataset<Regressor> data =
        new MutableDataset<>(
            new SimpleDataSourceProvenance(
                "randomised customers", UNDATED.atOffset(ZoneOffset.UTC), FACTORY),
            FACTORY);
    for (int i = 0; i < x.length; i++) {
      data.add(
          new ArrayExample<>(
              new Regressor(EFFECT, (y[i] - mean) / spread), columns, scale.apply(x[i])));
    }
    Map<String, Provenance> none = Map.of();
    Model<Regressor> model =
        new ElasticNetCDTrainer(PENALTY, LASSO_PART, TOLERANCE, ITERATIONS, false, 1L)
            .train(data, none);
    double[] weights = new double[columns.length];
    double[] intercept = new double[1];
    read(model, columns, weights, intercept);
    double[] slope = scale.unscaled(weights);
    for (int j = 0; j < slope.length; j++) {
      slope[j] *= spread;
    }
    return new EffectFormula(
        mean + spread * (intercept[0] - scale.shift(weights)), slope, List.of());
  }

  /** A linear model is known by what it says at the origin and one step along each axis. */
  private static void read(
      Model<Regressor> model, String[] columns, double[] weights, double[] intercept) {
    double[] origin = new double[columns.length];
    intercept[0] = predicted(model, columns, origin);
    for (int j = 0; j < columns.length; j++) {
      double[] step = origin.clone();
      step[j] = 1;
      weights[j] = predicted(model, columns, step) - intercept[0];
    }
  }

  private static double predicted(Model<Regressor> model, String[] columns, double[] row) {
    return model
        .predict(new ArrayExample<>(new Regressor(EFFECT, 0), columns, row))
        .getOutput()
        .getValues()[0];
  }
}
