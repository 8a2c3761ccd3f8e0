package dev.holdfast.scoring;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.activity.Features;
import dev.holdfast.model.Reason;
import dev.holdfast.scoring.Risks.RiskNow;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How customers stand with us now, for whoever is about to talk with them. */
@ApplicationScoped
public class Standings {

  /** Recent sentiment below which a customer counts as unhappy, from -1 to 1. */
  private static final double UNHAPPY_BELOW = -0.3;

  private static final int SENTIMENT = FeatureSchema.current().indexOf("sentiment");
  private static final int FEEDBACK = FeatureSchema.current().indexOf("feedback_90");
  private static final int NEWCOMER = FeatureSchema.current().indexOf("new_customer");

  /** Half of one statement of today: what is left of it after its half-life. */
  private static final double LATELY = 0.5;

  private final Risks risks;
  private final ScoringConfig config;

  Standings(Risks risks, ScoringConfig config) {
    this.risks = risks;
    this.config = config;
  }

  /**
   * How a customer stands.
   *
   * @param risk calibrated probability of churn, in (0, 1)
   * @param openComplaint true if a complaint waits for its end
   * @param unhappy true if what the customer said lately was bad
   * @param newcomer true with fewer than three days of use
   * @param reasons of the risk, up to three, in plain words
   */
  public record Standing(
      double risk,
      Band band,
      boolean openComplaint,
      boolean unhappy,
      boolean newcomer,
      List<String> reasons) {}

  /** By customer; whoever has no risk now is left out. */
  public Map<Long, Standing> of(Collection<Long> customerIds) {
    Map<Long, Standing> standings = new HashMap<>();
    risks.now(customerIds).forEach((customer, now) -> standings.put(customer, standing(now)));
    return standings;
  }

  private Standing standing(RiskNow now) {
    ActivityState activity = now.activity();
    float[] features = Features.of(activity, now.asOf(), now.model().priors());
    return new Standing(
        now.risk(),
        config.bandOf(now.risk()),
        activity.openComplaints() > 0,
        features[FEEDBACK] >= LATELY && features[SENTIMENT] < UNHAPPY_BELOW,
        features[NEWCOMER] > 0,
        now.reasons().stream().map(Reason::words).toList());
  }
}
