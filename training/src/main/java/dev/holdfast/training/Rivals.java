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
    FeatureSchema schema = set.training().schema();
    int idle = schema.indexOf("ln1p_idle");
    int ratio = schema.indexOf("ln1p_idle_ratio");
    int bgNbd = schema.indexOf("bgnbd_logit");
    return List.of(
        line(IDLE, set, x -> x[idle]),
        line(OWN_GAP, set, x -> x[ratio]),
        Candidate.of(BG_NBD, scored(set.test(), x -> x[bgNbd])));
  }

  private static Candidate line(String name, SnapshotSet set, ToDoubleFunction<float[]> rank) {
    Rows rows = set.training();
    double[] x = new double[rows.size()];
    boolean[] y = new boolean[x.length];
    double[] weight = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = rank.applyAsDouble(rows.features(i));
      y[i] = rows.churned(i);
      weight[i] = rows.weight(i);
    }
    LogisticLine line = LogisticLine.fit(x, y, weight);
    // Where the rule does not rank the training rows, it still ranks: AUC is that of the rule.
    double slope = Math.max(CLOSEST, line.slope());
    return Candidate.of(
        name, scored(set.test(), f -> slope * rank.applyAsDouble(f) + line.intercept()));
  }

  private static List<Scored> scored(Rows rows, ToDoubleFunction<float[]> margin) {
    List<Scored> scored = new ArrayList<>(rows.size());
    for (int i = 0; i < rows.size(); i++) {
      double p = 1 / (1 + Math.exp(-margin.applyAsDouble(rows.features(i))));
      scored.add(
          new Scored(
              rows.customer(i),
              Math.min(1 - CLOSEST, Math.max(CLOSEST, p)),
              rows.churned(i),
              rows.weight(i)));
    }
    return scored;
  }
}
