package dev.holdfast.training;

import com.google.protobuf.Any;
import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import dev.holdfast.activity.Direction;
import dev.holdfast.activity.Feature;
import dev.holdfast.activity.FeatureSchema;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.tribuo.Dataset;
import org.tribuo.Example;
import org.tribuo.ImmutableFeatureMap;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.Model;
import org.tribuo.Trainer;
import org.tribuo.classification.Label;
import org.tribuo.classification.sgd.linear.LinearSGDModel;
import org.tribuo.classification.sgd.protos.ClassificationLinearSGDProto;
import org.tribuo.impl.ModelDataCarrier;
import org.tribuo.math.LinearParameters;
import org.tribuo.math.la.DenseMatrix;
import org.tribuo.math.util.ExpNormalizer;
import org.tribuo.protos.core.ModelProto;
import org.tribuo.provenance.ModelProvenance;
import org.tribuo.provenance.TrainerProvenance;
import org.tribuo.provenance.impl.TrainerProvenanceImpl;

/**
 * Logistic regression with a ridge in which a rising feature can only raise the risk and a falling
 * one only lower it.
 *
 * <p>Minimises {@code sum weight log-loss + |w|^2 / (2 C)} (less for the log-odds of BG/NBD) on
 * standardised features by Newton steps, each a quadratic problem within the signs solved by
 * coordinate descent, followed by a line search. Deterministic. Gives a linear model of Tribuo with
 * the standardisation folded in.
 */
final class SignConstrainedLogisticTrainer implements Trainer<Label> {

  // Shrinking towards what a model without labels says is better than shrinking towards nothing.
  private static final String MODEL_OF_ITS_OWN = "bgnbd_logit";
  private static final double LIGHTLY = 0.1;
  private static final int NEWTON_STEPS = 100;
  private static final int SWEEPS = 1_000;
  private static final double TOLERANCE = 1e-10;
  // A column that varies less than this is a constant and says nothing.
  private static final double CONSTANT = 1e-9;

  @Config(description = "Inverse strength of the ridge.")
  private double c = 0.01;

  @Config(description = "Features that can only raise the risk.")
  private List<String> rising = new ArrayList<>();

  @Config(description = "Features that can only lower the risk.")
  private List<String> falling = new ArrayList<>();

  @Config(
      description = "Features that are log-odds of a model of their own, shrunk a tenth as much.")
  private List<String> models = new ArrayList<>();

  private final Instant asOf;
  private int invocations;

  /**
   * A trainer for the directions of a schema.
   *
   * @param asOf recorded as the time of training, so that a run can be repeated to the byte
   */
  SignConstrainedLogisticTrainer(double c, FeatureSchema schema, Instant asOf) {
    this.c = c;
    this.asOf = asOf;
    for (Feature feature : schema.features()) {
      if (feature.direction() == Direction.RISING) {
        rising.add(feature.name());
      } else if (feature.direction() == Direction.FALLING) {
        falling.add(feature.name());
      }
      if (feature.name().equals(MODEL_OF_ITS_OWN)) {
        models.add(feature.name());
      }
    }
  }

  /** A trainer without directions. */
  SignConstrainedLogisticTrainer(double c, Instant asOf) {
    this.c = c;
    this.asOf = asOf;
  }

  /**
   * Coefficients in the order of the feature map.
   *
   * @param bias log-odds at the mean
   */
  record Coefficients(double bias, double[] mean, double[] scale, double[] weight) {

    /** The weighted mean of these log-odds and of those that one feature is. */
    Coefficients blended(double share, int feature) {
      double[] blended = weight.clone();
      for (int j = 0; j < blended.length; j++) {
        blended[j] *= share;
      }
      blended[feature] += (1 - share) * scale[feature];
      return new Coefficients(share * bias + (1 - share) * mean[feature], mean, scale, blended);
    }
  }

  @Override
  public Model<Label> train(Dataset<Label> examples, Map<String, Provenance> runProvenance) {
    return train(examples, runProvenance, INCREMENT_INVOCATION_COUNT);
  }

  @Override
  public Model<Label> train(
      Dataset<Label> examples, Map<String, Provenance> runProvenance, int invocationCount) {
    if (invocationCount != INCREMENT_INVOCATION_COUNT) {
      setInvocationCount(invocationCount);
    }
    return model(examples, fit(examples), runProvenance);
  }

  /** The coefficients of lowest loss, in the order of the feature map. */
  Coefficients fit(Dataset<Label> examples) {
    ImmutableFeatureMap map = examples.getFeatureIDMap();
    int d = map.size();
    int n = examples.size();
    double[] x = new double[n * d];
    double[] y = new double[n];
    double[] weight = new double[n];
    if (examples instanceof RowsDataset dataset) {
      read(dataset.rows(), map, x, y, weight);
    } else {
      read(examples, map, x, y, weight);
    }
    double[] mean = new double[d];
    double[] scale = new double[d];
    standardise(x, weight, mean, scale);
    int[] sign = new int[d];
    double[] ridge = new double[d];
    for (int j = 0; j < d; j++) {
      String name = map.get(j).getName();
      ridge[j] = (models.contains(name) ? LIGHTLY : 1) / c;
      sign[j] = rising.contains(name) ? 1 : falling.contains(name) ? -1 : 0;
    }
    double[] w = minimise(new Problem(x, y, weight, ridge), sign);
    return new Coefficients(w[d], mean, scale, Arrays.copyOf(w, d));
  }

  private static void read(
      Dataset<Label> examples, ImmutableFeatureMap map, double[] x, double[] y, double[] weight) {
    int row = 0;
    for (Example<Label> example : examples) {
      for (org.tribuo.Feature feature : example) {
        x[row * map.size() + map.getID(feature.getName())] = feature.getValue();
      }
      y[row] = example.getOutput().getLabel().equals(RowsDataset.CHURNED) ? 1 : 0;
      weight[row++] = example.getWeight();
    }
  }

  /** The same from rows, without an example for each. */
  private static void read(
      Rows rows, ImmutableFeatureMap map, double[] x, double[] y, double[] weight) {
    int d = map.size();
    int[] to = new int[d];
    for (int j = 0; j < d; j++) {
      to[j] = map.getID(rows.schema().features().get(j).name());
    }
    float[] row = new float[d];
    for (int i = 0; i < y.length; i++) {
      rows.read(i, row);
      for (int j = 0; j < d; j++) {
        x[i * d + to[j]] = row[j];
      }
      y[i] = rows.churned(i) ? 1 : 0;
      weight[i] = rows.weight(i);
    }
  }

  /** Standardised features row after row, outcomes, weights, and the ridge of each feature. */
  private record Problem(double[] x, double[] y, double[] weight, double[] ridge) {

    double margin(int row, double[] w) {
      int d = w.length - 1;
      double z = w[d];
      for (int j = 0, at = row * d; j < d; j++, at++) {
        z += w[j] * x[at];
      }
      return z;
    }
  }

  /** What is missing (NaN) becomes the mean of what is there. */
  private static void standardise(double[] x, double[] weight, double[] mean, double[] scale) {
    int d = mean.length;
    double[] total = new double[d];
    Arrays.fill(total, Arrays.stream(weight).sum());
    for (int i = 0, at = 0; i < weight.length; i++) {
      for (int j = 0; j < d; j++, at++) {
        total[j] -= Double.isNaN(x[at]) ? weight[i] : 0;
      }
    }
    for (int i = 0, at = 0; i < weight.length; i++) {
      for (int j = 0; j < d; j++, at++) {
        mean[j] += Double.isNaN(x[at]) ? 0 : weight[i] * x[at] / total[j];
      }
    }
    double[] squares = new double[d];
    for (int i = 0, at = 0; i < weight.length; i++) {
      for (int j = 0; j < d; j++, at++) {
        squares[j] +=
            Double.isNaN(x[at]) ? 0 : weight[i] * (x[at] - mean[j]) * (x[at] - mean[j]) / total[j];
      }
    }
    boolean[] constant = new boolean[d];
    for (int j = 0; j < d; j++) {
      double sd = Math.sqrt(squares[j]);
      constant[j] = sd < CONSTANT;
      scale[j] = constant[j] ? 1 : sd;
    }
    for (int i = 0, at = 0; i < weight.length; i++) {
      for (int j = 0; j < d; j++, at++) {
        x[at] = constant[j] || Double.isNaN(x[at]) ? 0 : (x[at] - mean[j]) / scale[j];
      }
    }
  }

  /** The weights, the bias last. */
  private double[] minimise(Problem problem, int[] sign) {
    int d = sign.length;
    double[] w = new double[d + 1];
    double loss = loss(problem, w);
    for (int step = 0; step < NEWTON_STEPS; step++) {
      double[] gradient = new double[d + 1];
      double[][] hessian = new double[d + 1][d + 1];
      derivatives(problem, w, gradient, hessian);
      double[] target = solveWithinSigns(w, gradient, hessian, sign);
      double share = 1;
      double[] next = towards(w, target, share);
      double nextLoss = loss(problem, next);
      while (nextLoss > loss && share > 1e-8) {
        share /= 2;
        next = towards(w, target, share);
        nextLoss = loss(problem, next);
      }
      double gain = loss - nextLoss;
      if (gain <= 0) {
        return w;
      }
      w = next;
      loss = nextLoss;
      if (gain <= TOLERANCE * (1 + loss)) {
        return w;
      }
    }
    return w;
  }

  private void derivatives(Problem problem, double[] w, double[] gradient, double[][] hessian) {
    int d = w.length - 1;
    double[] row = new double[d];
    for (int i = 0; i < problem.y().length; i++) {
      System.arraycopy(problem.x(), i * d, row, 0, d);
      double p = 1 / (1 + Math.exp(-problem.margin(i, w)));
      double error = problem.weight()[i] * (p - problem.y()[i]);
      double weight = problem.weight()[i] * p * (1 - p);
      for (int j = 0; j < d; j++) {
        gradient[j] += error * row[j];
        double scaled = weight * row[j];
        double[] line = hessian[j];
        for (int k = 0; k <= j; k++) {
          line[k] += scaled * row[k];
        }
        hessian[d][j] += scaled;
      }
      gradient[d] += error;
      hessian[d][d] += weight;
    }
    for (int j = 0; j <= d; j++) {
      for (int k = 0; k < j; k++) {
        hessian[k][j] = hessian[j][k];
      }
    }
    for (int j = 0; j < d; j++) {
      gradient[j] += w[j] * problem.ridge()[j];
      hessian[j][j] += problem.ridge()[j];
    }
    hessian[d][d] += 1e-9;
  }

  /** Minimum of the quadratic model around w within the signs, by coordinate descent. */
  private static double[] solveWithinSigns(
      double[] w, double[] gradient, double[][] hessian, int[] sign) {
    double[] v = w.clone();
    double[] slope = gradient.clone();
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      double moved = 0;
      for (int j = 0; j < v.length; j++) {
        double to = v[j] - slope[j] / hessian[j][j];
        if (j < sign.length && sign[j] * to < 0) {
          to = 0;
        }
        double step = to - v[j];
        if (step != 0) {
          v[j] = to;
          for (int k = 0; k < v.length; k++) {
            slope[k] += step * hessian[j][k];
          }
          moved = Math.max(moved, Math.abs(step));
        }
      }
      if (moved < 1e-9) {
        break;
      }
    }
    return v;
  }

  private static double[] towards(double[] from, double[] to, double share) {
    double[] at = new double[from.length];
    for (int j = 0; j < at.length; j++) {
      at[j] = from[j] + share * (to[j] - from[j]);
    }
    return at;
  }

  private double loss(Problem problem, double[] w) {
    double sum = 0;
    for (int j = 0; j < w.length - 1; j++) {
      sum += w[j] * w[j] * problem.ridge()[j] / 2;
    }
    for (int i = 0; i < problem.y().length; i++) {
      double z = problem.margin(i, w);
      sum += problem.weight()[i] * Softplus.of(problem.y()[i] > 0 ? -z : z);
    }
    return sum;
  }

  /**
   * The coefficients as a linear model of Tribuo. Its constructor is closed, so the model is handed
   * over in Tribuo's own serial form.
   */
  Model<Label> model(
      Dataset<Label> examples, Coefficients fitted, Map<String, Provenance> runProvenance) {
    TrainerProvenance trainer = getProvenance();
    invocations++;
    ImmutableFeatureMap features = examples.getFeatureIDMap();
    ImmutableOutputInfo<Label> labels = examples.getOutputIDInfo();
    int d = features.size();
    double[][] weights = new double[labels.size()][d + 1];
    double[] churned = weights[labels.getID(new Label(RowsDataset.CHURNED))];
    churned[d] = fitted.bias();
    for (int j = 0; j < d; j++) {
      churned[j] = fitted.weight()[j] / fitted.scale()[j];
      churned[d] -= churned[j] * fitted.mean()[j];
    }
    ModelProvenance provenance =
        new ModelProvenance(
            LinearSGDModel.class.getName(),
            asOf.atOffset(ZoneOffset.UTC),
            examples.getProvenance(),
            trainer,
            runProvenance);
    ModelDataCarrier<Label> data =
        new ModelDataCarrier<>(
            "sign-constrained-logistic",
            provenance,
            features,
            labels,
            true,
            org.tribuo.Tribuo.VERSION);
    ClassificationLinearSGDProto content =
        ClassificationLinearSGDProto.newBuilder()
            .setMetadata(data.serialize())
            .setParams(new LinearParameters(DenseMatrix.createDenseMatrix(weights)).serialize())
            .setNormalizer(new ExpNormalizer().serialize())
            .build();
    ModelProto proto =
        ModelProto.newBuilder()
            .setVersion(LinearSGDModel.CURRENT_VERSION)
            .setClassName(LinearSGDModel.class.getName())
            .setSerializedData(Any.pack(content))
            .build();
    return Model.deserialize(proto).castModel(Label.class);
  }

  @Override
  public int getInvocationCount() {
    return invocations;
  }

  @Override
  public void setInvocationCount(int invocationCount) {
    if (invocationCount < 0) {
      throw new IllegalArgumentException(
          "an invocation count must not be negative, was " + invocationCount);
    }
    invocations = invocationCount;
  }

  @Override
  public TrainerProvenance getProvenance() {
    return new TrainerProvenanceImpl(this);
  }
}
