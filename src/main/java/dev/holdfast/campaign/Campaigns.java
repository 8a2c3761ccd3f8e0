package dev.holdfast.campaign;

import dev.holdfast.access.Audit;
import dev.holdfast.campaign.CampaignsResource.CampaignView;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Problem;
import dev.holdfast.scoring.Rescores;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.security.SecureRandom;

/** Starts, pauses and resumes campaigns; each change is audited and re-times every customer. */
@ApplicationScoped
public class Campaigns {

  private static final int SALT_BYTES = 16;

  private final CampaignThresholds thresholds;
  private final Intake intake;
  private final Rescores rescores;
  private final Audit audit;
  private final BusinessClock clock;
  private final SecureRandom random = new SecureRandom();

  Campaigns(
      CampaignThresholds thresholds,
      Intake intake,
      Rescores rescores,
      Audit audit,
      BusinessClock clock) {
    this.thresholds = thresholds;
    this.intake = intake;
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
    campaign.persist();
    audit.record(actor, "campaign.start", "campaign:" + campaign.id, settings.toString());
    retime();
    return CampaignView.of(campaign);
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
      if (state.equals(Campaign.RUNNING)) {
        retime();
      } else {
        // Timers that were set for it act once more and open nothing.
        thresholds.changed();
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
