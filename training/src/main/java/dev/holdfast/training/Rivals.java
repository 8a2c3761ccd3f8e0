package dev.holdfast.training;

import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.evaluation.Scored;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What a model must beat: rules that need no model. Each ranks by one number; a logistic line on
 * the training rows turns it into a probability.
 */
final class Rivals {

  static final String IDLE = "idle-days rule";
  static final String OWN_GAP = "own-gap rule";
  static final String BG_NBD = "BG/NBD";

  private static final double CLOSEST = 1e-6;

  private Rivals() {}

  /** The rivals on the test rows. */
  static List<Candidate> of(SnapshotSet set) {
    FeatureSchema schema = FeatureSchema.current();
    int idle = schema.indexOf("ln1p_idle");
    int ratio = schema.indexOf("ln1p_idle_ratio");
    int bgNbd = schema.indexOf("bgnbd_logit");
    return List.of(
        line(IDLE, set, x -> x[idle]),
        line(OWN_GAP, set, x -> x[ratio]),
        Candidate.of(BG_NBD, scored(set.test(), x -> x[bgNbd])));
  }

  private static Candidate line(String name, SnapshotSet set, ToDoubleFunction<float[]> rank) {
    double[] x = new double[set.training().size()];
    boolean[] y = new boolean[x.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = rank.applyAsDouble(set.training().get(i).features());
      y[i] = set.training().get(i).churned();
    }
    LogisticLine line = LogisticLine.fit(x, y);
    // Where the rule does not rank the training rows, it still ranks: AUC is that of the rule.
    double slope = Math.max(CLOSEST, line.slope());
    return Candidate.of(
        name, scored(set.test(), f -> slope * rank.applyAsDouble(f) + line.intercept()));
  }

  static List<Scored> scored(List<Snapshot> rows, ToDoubleFunction<float[]> margin) {
    List<Scored> scored = new ArrayList<>(rows.size());
    for (Snapshot row : rows) {
      double p = 1 / (1 + Math.exp(-margin.applyAsDouble(row.features())));
      scored.add(
          new Scored(row.customer(), Math.min(1 - CLOSEST, Math.max(CLOSEST, p)), row.churned()));
    }
    return scored;
  }
}
