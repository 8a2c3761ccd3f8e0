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
   * @throws Problem 404 if there is no such campaign; 409 if it is for the customers of an
   *     incident; 400 if a threshold is given though an event begins it, or is not in [0.01, 0.99]
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
    if (threshold != null) {
      if (start != null || !(threshold >= 0.01 && threshold <= 0.99)) {
        throw Problem.badRequest(
            start != null
                ? "An event begins campaign " + campaignId + "; it has no threshold"
                : "A threshold is in [0.01, 0.99], was " + threshold);
      }
    }
    EventStart begins = start == null ? null : EventStart.of(start);
    SegmentExpression segment = Segments.read(campaign.segment);
    double leave =
        threshold == null ? campaign.leaveThreshold : CampaignSettings.usualLeave(threshold);
    return new CampaignRule(
        campaign.name,
        threshold == null ? campaign.enterThreshold : threshold,
        leave,
        begins == null ? null : begins::includes,
        start == null ? 0 : start.days(),
        campaign.coolDownDays,
        (customer, state, at, risk) ->
            segment.includes(new Past(customer, state, at, risk, priors)),
        campaign.holdOutShare,
        campaign.capacityMinutes,
        campaign.minutesPerCall,
        campaign.customerValue,
        campaign.offerCost,
        campaign.contactCost);
  }

  /** What was known of a customer. */
  private final class Past implements SegmentExpression.Facts {

    private final long customer;
    private final ActivityState state;
    private final Instant at;
    private final double risk;
    private final Priors priors;

    Past(long customer, ActivityState state, Instant at, double risk, Priors priors) {
      this.customer = customer;
      this.state = state;
      this.at = at;
      this.risk = risk;
      this.priors = priors;
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
        return profiles
            .values(List.of(customer))
            .getOrDefault(customer, Map.of())
            .get(name.substring(Segments.PROFILE.length()));
      }
      return Features.of(state, at, priors)[FeatureSchema.current().indexOf(name)];
    }
  }
}
