package dev.holdfast.training;

import com.google.protobuf.Any;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tribuo.Example;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.common.xgboost.XGBoostOutputConverter;
import org.tribuo.common.xgboost.protos.XGBoostOutputConverterProto;
import org.tribuo.protos.ProtoSerializableClass;

/** Reads the one probability of {@code binary:logistic} as a prediction of two labels. */
@ProtoSerializableClass(version = BinaryConverter.VERSION)
public final class BinaryConverter implements XGBoostOutputConverter<Label> {

  private static final long serialVersionUID = 1L;
  static final int VERSION = 0;

  /** For Tribuo, which reads a stored model through it. */
  public static BinaryConverter deserializeFromProto(int version, String className, Any message) {
    if (version != VERSION || message.getValue().size() != 0) {
      throw new IllegalArgumentException(
          className + " is stored in version " + VERSION + " without content, not " + version);
    }
    return new BinaryConverter();
  }

  @Override
  public boolean generatesProbabilities() {
    return true;
  }

  @Override
  public Prediction<Label> convertOutput(
      ImmutableOutputInfo<Label> info,
      List<float[]> probabilities,
      int numValidFeatures,
      Example<Label> example) {
    return prediction(probabilities.get(0)[0], numValidFeatures, example);
  }

  @Override
  public List<Prediction<Label>> convertBatchOutput(
      ImmutableOutputInfo<Label> info,
      List<float[][]> probabilities,
      int[] numValidFeatures,
      Example<Label>[] examples) {
    List<Prediction<Label>> predictions = new ArrayList<>();
    for (int i = 0; i < examples.length; i++) {
      predictions.add(prediction(probabilities.get(0)[i][0], numValidFeatures[i], examples[i]));
    }
    return predictions;
  }

  private static Prediction<Label> prediction(
      double churned, int numValidFeatures, Example<Label> example) {
    Map<String, Label> scores = new HashMap<>();
    scores.put(RowsDataset.CHURNED, new Label(RowsDataset.CHURNED, churned));
    scores.put(RowsDataset.STAYED, new Label(RowsDataset.STAYED, 1 - churned));
    Label best = scores.get(churned >= 0.5 ? RowsDataset.CHURNED : RowsDataset.STAYED);
    return new Prediction<>(best, scores, numValidFeatures, example, true);
  }

  @Override
  public Class<Label> getTypeWitness() {
    return Label.class;
  }

  @Override
  public XGBoostOutputConverterProto serialize() {
    return XGBoostOutputConverterProto.newBuilder()
        .setVersion(VERSION)
        .setClassName(BinaryConverter.class.getName())
        .build();
  }
}
