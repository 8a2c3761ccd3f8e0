package dev.holdfast.campaign;

import dev.holdfast.access.Audit;
import dev.holdfast.campaign.CampaignsResource.CampaignView;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Problem;
import dev.holdfast.scoring.Rescores;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The life of a campaign: draft, running, paused, ended. Each step is audited, each change of its
 * settings is a version, and a change of a watched level re-times every customer. The lots of a run
 * stand whatever changes.
 */
@ApplicationScoped
public class Campaigns {

  private static final int SALT_BYTES = 16;
  private static final int LONGEST_REASON = 500;

  private final CampaignThresholds thresholds;
  private final CampaignVersions versions;
  private final Invitations invitations;
  private final ExpectedEffect effects;
  private final Rescores rescores;
  private final Audit audit;
  private final BusinessClock clock;
  private final SecureRandom random = new SecureRandom();

  Campaigns(
      CampaignThresholds thresholds,
      CampaignVersions versions,
      Invitations invitations,
      ExpectedEffect effects,
      Rescores rescores,
      Audit audit,
      BusinessClock clock) {
    this.thresholds = thresholds;
    this.versions = versions;
    this.invitations = invitations;
    this.effects = effects;
    this.rescores = rescores;
    this.audit = audit;
    this.clock = clock;
  }

  /** All campaigns, newest first. */
  @Transactional
  public List<CampaignView> all() {
    return Campaign.<Campaign>list("order by id desc").stream().map(CampaignView::of).toList();
  }

  /**
   * One campaign.
   *
   * @throws Problem 404 if there is none
   */
  @Transactional
  public CampaignView view(long id) {
    return CampaignView.of(required(id));
  }

  /**
   * The settings that a campaign had, the newest first.
   *
   * @throws Problem 404 if there is no such campaign
   */
  @Transactional
  public List<CampaignVersion> versions(long id) {
    return versions.of(required(id).id);
  }

  /**
   * Starts a campaign with these settings, or writes it down as a draft if they say so.
   *
   * @throws Problem 409 if the name is taken, 400 if the settings contradict each other
   */
  @Transactional
  public CampaignView start(CampaignSettings settings, String actor) {
    if (Boolean.TRUE.equals(settings.draft())) {
      return draft(settings, actor);
    }
    Campaign campaign = new Campaign();
    create(campaign, settings, Campaign.RUNNING, actor);
    watch(campaign);
    return CampaignView.of(campaign);
  }

  /**
   * Writes a campaign down, whatever its settings say of that.
   *
   * @throws Problem 409 if the name is taken, 400 if the settings contradict each other
   */
  @Transactional
  public CampaignView draft(CampaignSettings settings, String actor) {
    Campaign campaign = new Campaign();
    create(campaign, settings, Campaign.DRAFT, actor);
    return CampaignView.of(campaign);
  }

  /**
   * Begins a campaign that was a draft.
   *
   * @throws Problem 404 if there is none, 409 if it is no draft
   */
  @Transactional
  public CampaignView begin(long id, String actor) {
    Campaign campaign = locked(id);
    requireState(campaign, "begun", Campaign.DRAFT);
    campaign.startedAt = clock.now();
    return moved(campaign, Campaign.RUNNING, "campaign.start", null, actor);
  }

  /**
   * Opens no more episodes until it is resumed; open ones go on.
   *
   * @throws Problem 404 if there is none, 409 if it does not run
   */
  @Transactional
  public CampaignView pause(long id, String actor) {
    Campaign campaign = locked(id);
    requireState(campaign, "paused", Campaign.RUNNING, Campaign.PAUSED);
    return moved(campaign, Campaign.PAUSED, "campaign.paused", null, actor);
  }

  /**
   * Opens episodes again.
   *
   * @throws Problem 404 if there is none, 409 if it was not paused
   */
  @Transactional
  public CampaignView resume(long id, String actor) {
    Campaign campaign = locked(id);
    requireState(campaign, "resumed", Campaign.PAUSED, Campaign.RUNNING);
    return moved(campaign, Campaign.RUNNING, "campaign.running", null, actor);
  }

  /**
   * Ends a campaign for good: no episode opens any more, nobody gets its pending calls, and within
   * the minute these are cancelled and open episodes closed. What was assigned is measured all the
   * same.
   *
   * @param reason in words, 1 to 500 characters
   * @throws Problem 404 if there is none, 409 if it has ended already, 400 without a reason
   */
  @Transactional
  public CampaignView end(long id, String reason, String actor) {
    String words = requireWords("reason", reason);
    Campaign campaign = locked(id);
    requireState(campaign, "ended", Campaign.DRAFT, Campaign.RUNNING, Campaign.PAUSED);
    campaign.endedAt = clock.now();
    campaign.endReason = words;
    return moved(campaign, Campaign.ENDED, "campaign.ended", words, actor);
  }

  /**
   * Changes the settings of a campaign: the next version, in force from now on. Whoever was
   * assigned stays in their arm, and an open episode goes on.
   *
   * @param expected the version that is replaced
   * @param why in words, at most 500 characters; may be blank for a draft alone
   * @throws Problem 404 if there is none; 412 if another version is in force; 409 if it has ended,
   *     the name is taken, or what begins its episodes or its name would change while it runs; 400
   *     if the settings contradict each other
   */
  @Transactional
  public CampaignView change(
      long id, int expected, CampaignSettings settings, String why, String actor) {
    Campaign campaign = locked(id);
    if (campaign.settingsVersion != expected) {
      throw Problem.of(
          412,
          "Precondition Failed",
          "Version "
              + campaign.settingsVersion
              + " of the campaign is in force. Read it again, then change it.");
    }
    requireState(campaign, "changed", Campaign.DRAFT, Campaign.RUNNING, Campaign.PAUSED);
    String words = campaign.begun() ? requireWords("why", why) : why.strip();
    if (settings.draft() != null) {
      throw Problem.badRequest("draft is said of new campaigns only; begin it with :start");
    }
    CampaignSettings before = CampaignSettings.of(campaign);
    if (!settings.name().equals(campaign.name)) {
      requireFree(settings.name());
    }
    settings.writeTo(campaign);
    CampaignSettings after = CampaignSettings.of(campaign);
    if (campaign.begun()) {
      requireSameRun(before, after);
    }
    if (after.equals(before)) {
      return CampaignView.of(campaign);
    }
    campaign.settingsVersion++;
    versions.keep(campaign, clock.now(), actor, words);
    audit.record(
        actor,
        "campaign.change",
        "campaign:" + id,
        "version " + campaign.settingsVersion + ": " + words);
    if (campaign.state.equals(Campaign.RUNNING)) {
      if (campaign.byRisk() && !Objects.equals(before.enterThreshold(), after.enterThreshold())) {
        watch(campaign);
      } else {
        thresholds.changed();
      }
    }
    return CampaignView.of(campaign);
  }

  /**
   * Writes down a draft with the settings of another campaign and what is known of its effect. The
   * hold-out share is the usual one: smaller where an effect is known.
   *
   * @param name of the new one
   * @throws Problem 404 if there is no such campaign, 409 if the name is taken or it is for the
   *     customers of an incident
   */
  public CampaignView cloneOf(long id, String name, String actor) {
    // Reads the whole run, so before the transaction.
    Optional<Evidence> evidence = effects.of(id);
    return QuarkusTransaction.requiringNew()
        .call(
            () -> {
              Campaign from = required(id);
              if (from.incidentId != null) {
                throw Problem.conflict(
                    "Campaign " + id + " is for the customers of an incident; they are no others");
              }
              Campaign campaign = new Campaign();
              campaign.clonedFrom = id;
              campaign.evidence = evidence.map(EvidenceJson::write).orElse(null);
              create(campaign, CampaignSettings.of(from).asNew(name), Campaign.DRAFT, actor);
              return CampaignView.of(campaign);
            });
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
    Campaign campaign = new Campaign();
    campaign.incidentId = incidentId;
    create(campaign, settings, Campaign.RUNNING, actor);
    if (invitations.add(campaign.id, silentSince, customers) == 0) {
      throw Problem.unprocessable(
          "Incident " + incidentId + " names no customers yet; their list is made once it opened");
    }
    thresholds.changed();
    return CampaignView.of(campaign);
  }

  private void create(Campaign campaign, CampaignSettings settings, String state, String actor) {
    requireFree(settings.name());
    settings.writeTo(campaign);
    Instant now = clock.now();
    campaign.settingsVersion = 1;
    campaign.state = state;
    campaign.run = 1;
    campaign.salt = new byte[SALT_BYTES];
    random.nextBytes(campaign.salt);
    campaign.createdAt = now;
    campaign.createdBy = actor;
    campaign.startedAt = campaign.begun() ? now : null;
    campaign.persistAndFlush();
    versions.keep(campaign, now, actor, "");
    audit.record(
        actor,
        campaign.begun() ? "campaign.start" : "campaign.draft",
        "campaign:" + campaign.id,
        (campaign.incidentId == null ? "" : "for incident " + campaign.incidentId + ": ")
            + versions.text(settings));
  }

  private CampaignView moved(
      Campaign campaign, String state, String action, @Nullable String detail, String actor) {
    if (!campaign.state.equals(state)) {
      campaign.state = state;
      audit.record(actor, action, "campaign:" + campaign.id, detail);
      if (state.equals(Campaign.RUNNING)) {
        watch(campaign);
      } else {
        // Timers that were set for it act once more and open nothing.
        thresholds.changed();
      }
    }
    return CampaignView.of(campaign);
  }

  private static void requireState(Campaign campaign, String what, String... states) {
    if (!List.of(states).contains(campaign.state)) {
      throw Problem.conflict(
          "Campaign "
              + campaign.id
              + " cannot be "
              + what
              + ": it is "
              + campaign.state
              + (campaign.state.equals(Campaign.ENDED) ? "; clone it and begin the clone" : ""));
    }
  }

  /** The run is one experiment: what is measured must have one name and one cause. */
  private static void requireSameRun(CampaignSettings before, CampaignSettings after) {
    if (!before.name().equals(after.name())) {
      throw Problem.conflict("A campaign that has begun keeps its name, \"" + before.name() + "\"");
    }
    if (!begins(before).equals(begins(after))) {
      throw Problem.conflict(
          "A campaign that has begun goes on as it began, by risk, event or date; clone it instead");
    }
  }

  private static String begins(CampaignSettings settings) {
    StartEvent start = settings.startsWith();
    return start == null ? "risk" : start.byDate() ? "date" : "event";
  }

  private static void requireFree(String name) {
    if (Campaign.named(name).isPresent()) {
      throw Problem.conflict("A campaign named \"" + name + "\" exists already");
    }
  }

  private static String requireWords(String field, @Nullable String words) {
    if (words == null || words.isBlank() || words.length() > LONGEST_REASON) {
      throw Problem.badRequest(field + " must say why, in 1 to " + LONGEST_REASON + " characters");
    }
    return words.strip();
  }

  Campaign required(long id) {
    return Campaign.withId(id).orElseThrow(() -> Problem.notFound("There is no campaign " + id));
  }

  private static Campaign locked(long id) {
    Campaign campaign = Campaign.findById(id, LockModeType.PESSIMISTIC_WRITE);
    if (campaign == null) {
      throw Problem.notFound("There is no campaign " + id);
    }
    return campaign;
  }

  /** The watched levels changed: every timer is set anew, quietly. */
  private void watch(Campaign campaign) {
    if (campaign.byRisk()) {
      rescores.requestAll();
    }
    thresholds.changed();
  }
}
