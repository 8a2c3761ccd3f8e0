package dev.holdfast.training;

import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import dev.holdfast.activity.Direction;
import dev.holdfast.activity.FeatureSchema;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;
import ml.dmlc.xgboost4j.java.util.BigDenseMatrix;
import org.tribuo.Dataset;
import org.tribuo.ImmutableFeatureMap;
import org.tribuo.Model;
import org.tribuo.classification.Label;
import org.tribuo.common.xgboost.XGBoostModel;
import org.tribuo.common.xgboost.XGBoostTrainer;
import org.tribuo.provenance.ModelProvenance;
import org.tribuo.provenance.TrainerProvenance;
import org.tribuo.provenance.impl.TrainerProvenanceImpl;

/**
 * Boosted trees in which the risk only rises with rising features and only falls with falling ones.
 *
 * <p>Tribuo's own classification trainer always asks for one tree per class, under which monotone
 * constraints have no effect on the probability; this one trains one tree a round for {@code
 * binary:logistic}. Rows go to XGBoost as one matrix: through examples a million rows would take
 * three times the time and five times the memory.
 */
final class MonotoneBoostingTrainer extends XGBoostTrainer<Label> {

  // Sums over histograms depend on the number of threads: fixed, so that a run can be repeated.
  static final int THREADS = 2;

  private final FeatureSchema schema;
  private final Instant asOf;

  /**
   * A trainer for the directions of a schema.
   *
   * @param asOf recorded as the time of training, so that a run can be repeated to the byte
   */
  MonotoneBoostingTrainer(
      Experiment.Boosting settings, long seed, FeatureSchema schema, Instant asOf) {
    super(settings.trees(), parameters(settings, seed));
    this.schema = schema;
    this.asOf = asOf;
  }

  private static Map<String, Object> parameters(Experiment.Boosting settings, long seed) {
    Map<String, Object> parameters = new HashMap<>();
    parameters.put("objective", "binary:logistic");
    // Half gives a base margin of exactly 0, so that the evaluator starts from the same bits.
    parameters.put("base_score", 0.5);
    parameters.put("tree_method", "hist");
    parameters.put("eta", settings.eta());
    parameters.put("max_depth", settings.depth());
    parameters.put("min_child_weight", settings.minChildWeight());
    parameters.put("lambda", settings.lambda());
    parameters.put("subsample", settings.subsample());
    parameters.put("colsample_bytree", settings.columns());
    parameters.put("seed", seed);
    parameters.put("nthread", THREADS);
    parameters.put("verbosity", 0);
    return parameters;
  }

  @Override
  public XGBoostModel<Label> train(Dataset<Label> examples, Map<String, Provenance> run) {
    return train(examples, run, INCREMENT_INVOCATION_COUNT);
  }

  @Override
  public synchronized XGBoostModel<Label> train(
      Dataset<Label> examples, Map<String, Provenance> run, int invocationCount) {
    if (invocationCount != INCREMENT_INVOCATION_COUNT) {
      setInvocationCount(invocationCount);
    }
    TrainerProvenance trainer = getProvenance();
    trainInvocationCounter++;
    ImmutableFeatureMap features = examples.getFeatureIDMap();
    Map<String, Object> parameters = copyParams(overrideParameters);
    parameters.put("monotone_constraints", constraints(features));
    try {
      DMatrix matrix = matrix(examples, features);
      Booster booster;
      try {
        booster = XGBoost.train(matrix, parameters, numTrees, Map.of(), null, null);
      } finally {
        matrix.dispose();
      }
      booster.setFeatureNames(names(features));
      ModelProvenance provenance =
          new ModelProvenance(
              XGBoostModel.class.getName(),
              asOf.atOffset(ZoneOffset.UTC),
              examples.getProvenance(),
              trainer,
              run);
      return createModel(
          "monotone-boosting",
          provenance,
          features,
          examples.getOutputIDInfo(),
          List.of(booster),
          new BinaryConverter());
    } catch (XGBoostError e) {
      throw new IllegalStateException("XGBoost could not train: " + e.getMessage(), e);
    }
  }

  private static DMatrix matrix(Dataset<Label> examples, ImmutableFeatureMap features)
      throws XGBoostError {
    if (!(examples instanceof RowsDataset dataset)) {
      return convertExamples(
              examples.getData(),
              features,
              label -> label.getLabel().equals(RowsDataset.CHURNED) ? 1f : 0f)
          .data;
    }
    Rows rows = dataset.rows();
    BigDenseMatrix values = inOrder(rows, features);
    DMatrix matrix;
    try {
      matrix = new DMatrix(values, Float.NaN);
    } finally {
      values.dispose();
    }
    matrix.setLabel(rows.labels());
    if (!rows.unweighted()) {
      matrix.setWeight(rows.weights());
    }
    return matrix;
  }

  /**
   * The features in the order of Tribuo's ids, in which its model will look them up. Outside the
   * heap, whence XGBoost reads without a copy of its own, and given back at once.
   */
  private static BigDenseMatrix inOrder(Rows rows, ImmutableFeatureMap features) {
    int m = features.size();
    int[] from = new int[m];
    for (int j = 0; j < m; j++) {
      from[j] = rows.schema().indexOf(features.get(j).getName());
    }
    BigDenseMatrix ordered = new BigDenseMatrix(rows.size(), m);
    float[] row = new float[rows.schema().size()];
    long at = 0;
    for (int i = 0; i < rows.size(); i++) {
      rows.read(i, row);
      for (int j = 0; j < m; j++) {
        ordered.set(at++, row[from[j]]);
      }
    }
    return ordered;
  }

  /** The directions in the order of the booster's columns, by name. */
  private String constraints(ImmutableFeatureMap features) {
    StringJoiner vector = new StringJoiner(",", "(", ")");
    for (String name : names(features)) {
      Direction direction = schema.features().get(schema.indexOf(name)).direction();
      vector.add(direction == Direction.RISING ? "1" : direction == Direction.FALLING ? "-1" : "0");
    }
    return vector.toString();
  }

  static String[] names(ImmutableFeatureMap features) {
    String[] names = new String[features.size()];
    for (int i = 0; i < names.length; i++) {
      names[i] = features.get(i).getName();
    }
    return names;
  }

  /** The booster of a model trained here. */
  static Booster booster(Model<Label> model) {
    return ((XGBoostModel<Label>) model).getInnerModels().get(0);
  }

  @Override
  public TrainerProvenance getProvenance() {
    return new TrainerProvenanceImpl(this);
  }
}
