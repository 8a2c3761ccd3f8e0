package dev.holdfast.campaign;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A campaign: which risk starts a contact, who is held out, what a call costs and may save. */
@Entity
@Table(name = "campaign")
class Campaign extends PanacheEntityBase {

  static final String DRAFT = "draft";
  static final String RUNNING = "running";
  static final String PAUSED = "paused";
  static final String ENDED = "ended";

  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  Long id;

  @Column(nullable = false)
  String name;

  @Column(nullable = false)
  String state;

  @Column(name = "enter_threshold", nullable = false)
  double enterThreshold;

  @Column(name = "leave_threshold", nullable = false)
  double leaveThreshold;

  @Column(name = "hold_out_share", nullable = false)
  double holdOutShare;

  @Column(name = "cool_down_days", nullable = false)
  int coolDownDays;

  @Column(name = "capacity_minutes", nullable = false)
  int capacityMinutes;

  @Column(nullable = false)
  int intake;

  @Column(name = "customer_value", nullable = false)
  double customerValue;

  @Column(name = "offer_cost", nullable = false)
  double offerCost;

  @Column(name = "contact_cost", nullable = false)
  double contactCost;

  @Column(name = "minutes_per_call", nullable = false)
  double minutesPerCall;

  /** Field of the profile with the margin of that customer, null for the same of all. */
  @Nullable
  @Column(name = "value_field")
  String valueField;

  /** The same as a {@link ValueFormula}; null of none. */
  @Nullable
  @Column(name = "value_formula")
  String valueFormula;

  /** What a call may offer, as JSON of {@link OfferText}; null if nothing is said. */
  @Nullable @Column String offer;

  /** A party is in no campaign of a lower one while it is in this, see {@link Triggers}. */
  @Column(nullable = false)
  int precedence;

  /** What an agent must be able to do for its calls, null for nothing in particular. */
  @Nullable @Column String skill;

  /** Whom it is for, see {@link SegmentExpression}; empty for everybody. */
  @Column(nullable = false)
  String segment;

  /** The newest of its {@link CampaignVersions}, from 1. */
  @Column(name = "settings_version", nullable = false)
  int settingsVersion;

  /** The event or date that opens episodes, as JSON of {@link StartEvent}; null if none does. */
  @Nullable
  @Column(name = "starts_with")
  String startsWith;

  /** In their order, with commas between; empty for the order that each party is used to. */
  @Column(nullable = false)
  String channels;

  @Column(name = "cloned_from", updatable = false)
  @Nullable Long clonedFrom;

  /** What was known of the effect of the campaign it was cloned from, as JSON; null of none. */
  @Column(updatable = false)
  @Nullable String evidence;

  @Column(nullable = false, updatable = false)
  byte[] salt;

  @Column(nullable = false, updatable = false)
  int run;

  /** The incident whose customers this campaign is for; null if their risk opens it. */
  @Column(name = "incident_id", updatable = false)
  @Nullable Long incidentId;

  @Column(name = "created_at", nullable = false, updatable = false)
  Instant createdAt;

  @Column(name = "created_by", nullable = false, updatable = false)
  String createdBy;

  @Nullable
  @Column(name = "started_at")
  Instant startedAt;

  @Nullable
  @Column(name = "ended_at")
  Instant endedAt;

  @Nullable
  @Column(name = "end_reason")
  String endReason;

  @Version long version;

  static List<Campaign> running() {
    return list("state = ?1 order by id", RUNNING);
  }

  static Optional<Campaign> named(String name) {
    return find("name", name).firstResultOptional();
  }

  static Optional<Campaign> ofIncident(long incidentId) {
    return find("incidentId", incidentId).firstResultOptional();
  }

  static Optional<Campaign> withId(long id) {
    return findByIdOptional(id);
  }

  /** True if the risk opens its episodes, so that it has a level that is watched. */
  boolean byRisk() {
    return incidentId == null && startsWith == null;
  }

  /** True if an event or a date opens its episodes. */
  boolean byEvent() {
    return startsWith != null;
  }

  boolean byDate() {
    StartEvent start = EventStart.read(startsWith);
    return start != null && start.byDate();
  }

  boolean begun() {
    return !state.equals(DRAFT);
  }

  /**
   * This campaign as it would be with other settings, to be looked at: it is stored nowhere.
   *
   * @throws dev.holdfast.platform.Problem 400 if the settings contradict each other
   */
  Campaign with(CampaignSettings settings) {
    Campaign changed = new Campaign();
    changed.id = id;
    changed.run = run;
    changed.salt = salt;
    changed.state = state;
    changed.incidentId = incidentId;
    changed.settingsVersion = settingsVersion;
    changed.holdOutShare = holdOutShare;
    changed.evidence = evidence;
    settings.writeTo(changed);
    return changed;
  }

  /**
   * What a call is expected to bring.
   *
   * @param ofCustomer margin kept if this customer is saved, null for the campaign's
   */
  ExpectedGain gain(@Nullable Double ofCustomer) {
    return new ExpectedGain(
        ofCustomer == null ? customerValue : ofCustomer, offerCost, contactCost, minutesPerCall);
  }
}
