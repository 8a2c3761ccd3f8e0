package dev.holdfast.campaign;

import dev.holdfast.access.Audit;
import dev.holdfast.campaign.CampaignsResource.CampaignView;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Problem;
import dev.holdfast.scoring.Rescores;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** Starts, pauses and resumes campaigns; each change is audited and re-times every customer. */
@ApplicationScoped
public class Campaigns {

  private static final int SALT_BYTES = 16;

  private final CampaignThresholds thresholds;
  private final Intake intake;
  private final Invitations invitations;
  private final Rescores rescores;
  private final Audit audit;
  private final BusinessClock clock;
  private final SecureRandom random = new SecureRandom();

  Campaigns(
      CampaignThresholds thresholds,
      Intake intake,
      Invitations invitations,
      Rescores rescores,
      Audit audit,
      BusinessClock clock) {
    this.thresholds = thresholds;
    this.intake = intake;
    this.invitations = invitations;
    this.rescores = rescores;
    this.audit = audit;
    this.clock = clock;
  }

  /**
   * Starts a campaign with these settings.
   *
   * @throws Problem 409 if the name is taken, 400 if the thresholds contradict each other
   */
  @Transactional
  public CampaignView start(CampaignSettings settings, String actor) {
    Campaign campaign = begin(settings, null, actor);
    retime();
    return CampaignView.of(campaign);
  }

  /**
   * Starts a campaign for the customers of an incident: their risk is not asked, and they are
   * admitted within its daily intake. It watches no level, so nobody is timed anew.
   *
   * @param customers whom the incident names, by id
   * @param silentSince who came after this instant is not called any more
   * @throws Problem 409 if the incident has a campaign, with its name, or the name is taken; 422 if
   *     the incident names nobody
   */
  @Transactional
  public CampaignView invite(
      long incidentId,
      Instant silentSince,
      Iterator<Long> customers,
      CampaignSettings settings,
      String actor) {
    Campaign.ofIncident(incidentId)
        .ifPresent(
            there -> {
              throw Problem.conflict(
                      "Incident "
                          + incidentId
                          + " has campaign "
                          + there.id
                          + " \""
                          + there.name
                          + "\" already.")
                  .with("campaign", there.id);
            });
    Campaign campaign = begin(settings, incidentId, actor);
    if (invitations.add(campaign.id, silentSince, customers) == 0) {
      throw Problem.unprocessable(
          "Incident " + incidentId + " names no customers yet; their list is made once it opened");
    }
    thresholds.changed();
    intake.reconsider();
    return CampaignView.of(campaign);
  }

  private Campaign begin(CampaignSettings settings, @Nullable Long incidentId, String actor) {
    if (Campaign.named(settings.name()).isPresent()) {
      throw Problem.conflict("A campaign named \"" + settings.name() + "\" exists already");
    }
    Campaign campaign = new Campaign();
    settings.writeTo(campaign);
    campaign.state = Campaign.RUNNING;
    campaign.run = 1;
    campaign.salt = new byte[SALT_BYTES];
    random.nextBytes(campaign.salt);
    campaign.createdAt = clock.now();
    campaign.createdBy = actor;
    campaign.incidentId = incidentId;
    campaign.persistAndFlush();
    audit.record(
        actor,
        "campaign.start",
        "campaign:" + campaign.id,
        (incidentId == null ? "" : "for incident " + incidentId + ": ") + settings);
    return campaign;
  }

  /**
   * Pauses or resumes.
   *
   * @throws Problem 404 for an unknown campaign, 409 for one that has ended
   */
  @Transactional
  CampaignView move(long id, String state, String actor) {
    Campaign campaign = required(id);
    if (campaign.state.equals(Campaign.ENDED)) {
      throw Problem.conflict("Campaign " + id + " has ended; start a new one");
    }
    if (!campaign.state.equals(state)) {
      campaign.state = state;
      audit.record(actor, "campaign." + state, "campaign:" + id, null);
      if (state.equals(Campaign.RUNNING) && campaign.incidentId == null) {
        retime();
      } else {
        // Timers that were set for a paused one act once more and open nothing.
        thresholds.changed();
        intake.reconsider();
      }
    }
    return CampaignView.of(campaign);
  }

  Campaign required(long id) {
    return Campaign.withId(id).orElseThrow(() -> Problem.notFound("There is no campaign " + id));
  }

  /** The watched levels changed: every timer is set anew, quietly. */
  private void retime() {
    rescores.requestAll();
    thresholds.changed();
    intake.reconsider();
  }
}
