package dev.holdfast.campaign;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.activity.Features;
import dev.holdfast.activity.Priors;
import dev.holdfast.customer.Profiles;
import dev.holdfast.platform.Problem;
import dev.holdfast.scoring.ScoringConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells whom campaigns call, to try that on the past. */
@ApplicationScoped
public class CampaignRules {

  private final Profiles profiles;
  private final ScoringConfig scoring;

  CampaignRules(Profiles profiles, ScoringConfig scoring) {
    this.profiles = profiles;
    this.scoring = scoring;
  }

  /**
   * The rule of a campaign.
   *
   * @param threshold risk that opens an episode instead of the campaign's, with the usual leave
   *     threshold; null for the campaign's
   * @param priors of the model that judges
   * @throws Problem 404 if there is no such campaign; 409 if it is for the customers of an incident
   *     or a date begins it; 400 if a threshold is given though an event begins it, or is not in
   *     [0.01, 0.99]
   */
  @Transactional
  public CampaignRule of(long campaignId, @Nullable Double threshold, Priors priors) {
    Campaign campaign =
        Campaign.withId(campaignId)
            .orElseThrow(() -> Problem.notFound("There is no campaign " + campaignId));
    if (campaign.incidentId != null) {
      throw Problem.conflict(
          "Campaign "
              + campaignId
              + " is for the customers whom an incident names; there is no rule to try");
    }
    StartEvent start = EventStart.read(campaign.startsWith);
    if (start != null && start.byDate()) {
      throw Problem.conflict(
          "A date begins campaign "
              + campaignId
              + "; what profiles said in the past is not known, so it cannot be tried on it");
    }
    if (threshold != null) {
      if (start != null || !(threshold >= 0.01 && threshold <= 0.99)) {
        throw Problem.badRequest(
            start != null
                ? "An event begins campaign " + campaignId + "; it has no threshold"
                : "A threshold is in [0.01, 0.99], was " + threshold);
      }
    }
    SegmentExpression segment = Segments.read(campaign.segment);
    OwnValue ownValue = OwnValue.of(campaign);
    double leave =
        threshold == null ? campaign.leaveThreshold : CampaignSettings.usualLeave(threshold);
    return new CampaignRule(
        campaign.name,
        campaign.settingsVersion,
        threshold == null ? campaign.enterThreshold : threshold,
        leave,
        start == null
            ? null
            : new CampaignRule.Begins(
                EventStart.of(start)::includes, Triggers.LATEST_ARRIVAL, start.days()),
        campaign.coolDownDays,
        Eligibility.LAPSED_AFTER,
        customer -> new OneCustomer(customer, segment, ownValue, priors),
        campaign.holdOutShare,
        campaign.gain(null));
  }

  /** Whether one customer was in the segment, day by day, and what it was worth. */
  private final class OneCustomer implements CampaignRule.Member {

    private final long customer;
    private final SegmentExpression segment;
    private final OwnValue ownValue;
    private final Priors priors;
    private @Nullable Map<String, Object> profile;

    OneCustomer(long customer, SegmentExpression segment, OwnValue ownValue, Priors priors) {
      this.customer = customer;
      this.segment = segment;
      this.ownValue = ownValue;
      this.priors = priors;
    }

    @Override
    public boolean holds(ActivityState state, Instant at, double risk) {
      return segment.includes(new Past(this, state, at, risk));
    }

    @Override
    public @Nullable Double value(ActivityState state, Instant at, double risk) {
      return ownValue.of(new Past(this, state, at, risk));
    }

    private Map<String, Object> profile() {
      Map<String, Object> read = profile;
      if (read == null) {
        read = profiles.values(List.of(customer)).getOrDefault(customer, Map.of());
        profile = read;
      }
      return read;
    }
  }

  /**
   * What was known of a customer at an instant; the features are computed when one is asked for.
   */
  private final class Past implements SegmentExpression.Facts {

    private final OneCustomer customer;
    private final ActivityState state;
    private final Instant at;
    private final double risk;
    private float @Nullable [] features;

    Past(OneCustomer customer, ActivityState state, Instant at, double risk) {
      this.customer = customer;
      this.state = state;
      this.at = at;
      this.risk = risk;
    }

    @Override
    public @Nullable Object of(String name) {
      if (name.equals(Segments.RISK)) {
        return risk;
      }
      if (name.equals(Segments.BAND)) {
        return scoring.bandOf(risk).wireName();
      }
      if (name.startsWith(Segments.PROFILE)) {
        return customer.profile().get(name.substring(Segments.PROFILE.length()));
      }
      float[] values = features;
      if (values == null) {
        values = Features.of(state, at, customer.priors);
        features = values;
      }
      return values[FeatureSchema.current().indexOf(name)];
    }
  }
}
