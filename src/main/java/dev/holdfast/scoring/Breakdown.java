package dev.holdfast.scoring;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.Feature;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.activity.Features;
import dev.holdfast.model.ChurnModel;
import dev.holdfast.scoring.Risks.ReasonView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A risk taken apart: from what the model saw to the probability.
 *
 * @param features all that the model saw, in the order of its columns
 * @param bias log-odds of the average customer; with all contributions it adds up to the log-odds,
 *     to 1e-4
 * @param logOdds as the model gives them, before calibration
 * @param calibration how log-odds become the risk
 * @param risk calibrated probability of churn within the horizon, in (0, 1)
 * @param reasons up to three, strongest first, in plain words; empty if nothing raises the risk
 */
public record Breakdown(
    List<FeatureShare> features,
    double bias,
    double logOdds,
    String calibration,
    double risk,
    List<ReasonView> reasons) {

  /**
   * One feature of a customer.
   *
   * @param name unique
   * @param words what it means
   * @param value as the model saw it
   * @param unit of the value, "-" if it has none
   * @param contribution what it adds to the log-odds against the average customer; an association,
   *     not a cause
   */
  public record FeatureShare(
      String name, String words, float value, String unit, double contribution) {}

  /**
   * Takes the risk of a state apart.
   *
   * @param asOf not before the newest event of the state
   */
  static Breakdown of(ChurnModel model, ActivityState activity, Instant asOf) {
    float[] values = Features.of(activity, asOf, model.priors());
    double[] contributions = model.contributions(values);
    List<Feature> columns = FeatureSchema.current().features();
    List<FeatureShare> features = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      Feature column = columns.get(i);
      features.add(
          new FeatureShare(
              column.name(), column.plainWords(), values[i], column.unit(), contributions[i]));
    }
    return new Breakdown(
        features,
        contributions[values.length],
        model.margin(values),
        model.calibrator().words(),
        model.probability(values),
        Risks.reasons(model, activity, asOf, Risks.MOST_REASONS));
  }
}
