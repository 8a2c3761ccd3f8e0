package dev.holdfast.campaign;

import dev.holdfast.platform.BusinessClock;
import dev.holdfast.scoring.CustomerState;
import dev.holdfast.scoring.CustomerStates;
import dev.holdfast.scoring.KnownSilence;
import dev.holdfast.scoring.Rescored;
import dev.holdfast.scoring.Rescores;
import dev.holdfast.scoring.RiskJournal;
import dev.holdfast.scoring.Score;
import dev.holdfast.scoring.Scorer;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Admits customers who stand above a threshold that they did not just cross (a campaign started, a
 * model was promoted, history was imported), at most {@code intake} a business day and in random
 * order, so that a change of ours never floods the desk. So does a campaign begin that a date in
 * the profile begins: those whose date came near with the new day, and who waited since the days
 * before.
 */
@ApplicationScoped
public class Intake {

  private static final int PAGE = 512;

  /** Bounds the transaction; the rest of a large intake follows at the next tick. */
  private static final int MOST_AT_ONCE = 2_000;

  private final CampaignThresholds campaigns;
  private final Episodes episodes;
  private final Triggers triggers;
  private final Invitations invitations;
  private final Eligibility eligibility;
  private final Segments segments;
  private final ProfileDates dates;
  private final CustomerStates states;
  private final Scorer scorer;
  private final RiskJournal journal;
  private final Rescores rescores;
  private final BusinessClock clock;

  /** When a campaign's candidates were last found exhausted, by campaign. */
  private final Map<Long, Exhausted> exhausted = new ConcurrentHashMap<>();

  /**
   * What was looked at when there was nobody left to admit. Whoever changes the campaign, resumes
   * it or has all customers judged anew, in whatever process, makes it another.
   *
   * @param day start of the business day
   * @param run the newest rescore
   * @param version of the campaign
   */
  private record Exhausted(Instant day, long run, long version) {

    static Exhausted of(Campaign campaign, Instant day, long run) {
      return new Exhausted(day, run, campaign.version);
    }
  }

  Intake(
      CampaignThresholds campaigns,
      Episodes episodes,
      Triggers triggers,
      Invitations invitations,
      Eligibility eligibility,
      Segments segments,
      ProfileDates dates,
      CustomerStates states,
      Scorer scorer,
      RiskJournal journal,
      Rescores rescores,
      BusinessClock clock) {
    this.campaigns = campaigns;
    this.episodes = episodes;
    this.triggers = triggers;
    this.invitations = invitations;
    this.eligibility = eligibility;
    this.segments = segments;
    this.dates = dates;
    this.states = states;
    this.scorer = scorer;
    this.journal = journal;
    this.rescores = rescores;
    this.clock = clock;
  }

  /**
   * True if a running campaign may still admit somebody today; costs nothing that grows with the
   * customers.
   */
  public boolean mayAdmit() {
    OptionalLong run = rescores.settledRun();
    if (run.isEmpty()) {
      return false;
    }
    Instant today = clock.now().truncatedTo(ChronoUnit.DAYS);
    return campaigns.running().stream()
        .anyMatch(
            campaign ->
                !Exhausted.of(campaign, today, run.getAsLong()).equals(exhausted.get(campaign.id)));
  }

  /**
   * Fills up today's intake of every running campaign. One replica at a time calls this. The search
   * reads all customers who stand above the threshold, or all profiles for a date, once a day and
   * campaign.
   *
   * @param known up to where silence is known
   * @return how many customers were looked at
   */
  public int admitToday(KnownSilence known) {
    Map<Long, Exhausted> found = new HashMap<>();
    int looked = QuarkusTransaction.requiringNew().call(() -> admitToday(known, found));
    // Only now: what was rolled back is tried again at the next tick.
    exhausted.putAll(found);
    return looked;
  }

  private int admitToday(KnownSilence known, Map<Long, Exhausted> found) {
    OptionalLong run = rescores.settledRun();
    if (run.isEmpty() || !scorer.session().judges()) {
      // Nobody can be looked at: who is invited stays so until a model serves.
      return 0;
    }
    Instant today = clock.now().truncatedTo(ChronoUnit.DAYS);
    int looked = 0;
    for (Campaign campaign : campaigns.running()) {
      Exhausted now = Exhausted.of(campaign, today, run.getAsLong());
      if (now.equals(exhausted.get(campaign.id))) {
        continue;
      }
      StartEvent start = EventStart.read(campaign.startsWith);
      if (start != null && !start.byDate()) {
        found.put(campaign.id, now);
        continue;
      }
      int room = campaign.intake - episodes.admittedSince(campaign, today);
      int most = Math.min(room, MOST_AT_ONCE);
      if (campaign.incidentId != null) {
        looked += room <= 0 ? 0 : invite(campaign, most, known);
        if (episodes.admittedSince(campaign, today) >= campaign.intake
            || invitations.waiting(campaign.id) == 0) {
          found.put(campaign.id, now);
        }
        continue;
      }
      Map<Long, LocalDate> dates =
          start == null || room <= 0
              ? Map.of()
              : this.dates.near(campaign, start, LocalDate.ofInstant(today, ZoneOffset.UTC));
      List<Long> candidates =
          start == null && room > 0
              ? episodes.standingAbove(campaign, clock.now())
              : List.copyOf(dates.keySet());
      List<Long> standing = eligible(campaign, candidates, most);
      if (standing.size() < MOST_AT_ONCE) {
        found.put(campaign.id, now);
      }
      looked += standing.size();
      List<Rescored> rescored = scoreAgain(standing, known, new HashSet<>());
      if (start == null) {
        triggers.admit(campaign, rescored);
      } else {
        triggers.near(campaign, rescored, start, dates);
      }
    }
    return looked;
  }

  /**
   * Admits some of those whom an incident names, in an order that the run's salt makes random. Each
   * is looked at once: who came back meanwhile, or may not open an episode, is not called.
   */
  private int invite(Campaign campaign, int room, KnownSilence known) {
    Map<Long, Instant> next = invitations.next(campaign, room);
    Set<Long> putOff = new HashSet<>();
    List<Rescored> rescored = scoreAgain(List.copyOf(next.keySet()), known, putOff);
    // Nobody here stands above a level for certain: whom silence has just taken there has crossed.
    triggers.crossed(rescored);
    triggers.invite(
        campaign,
        rescored.stream()
            .filter(one -> !cameSince(one.state(), next.get(one.state().customerId())))
            .toList());
    Set<Long> lookedAt = new HashSet<>(next.keySet());
    lookedAt.removeAll(putOff);
    invitations.lookedAt(campaign.id, lookedAt);
    return lookedAt.size();
  }

  private static boolean cameSince(CustomerState state, @Nullable Instant silentSince) {
    Instant last = state.activity().lastUsageAt();
    return last != null && silentSince != null && last.isAfter(silentSince);
  }

  /** The first {@code room} of these customers who may open an episode. */
  private List<Long> eligible(Campaign campaign, List<Long> customerIds, int room) {
    SegmentExpression segment = Segments.read(campaign.segment);
    List<Long> eligible = new ArrayList<>();
    for (int from = 0; from < customerIds.size() && eligible.size() < room; from += PAGE) {
      List<Long> page = customerIds.subList(from, Math.min(customerIds.size(), from + PAGE));
      Map<Long, CustomerState> found = states.read(page);
      Set<Long> members = segments.members(segment, found.values());
      for (long id : page) {
        CustomerState state = found.get(id);
        Score score = state == null ? null : state.score();
        if (state != null
            && score != null
            && eligible.size() < room
            && members.contains(id)
            && eligibility.holds(state.activity(), score.asOf(), score.modelId())) {
          eligible.add(id);
        }
      }
    }
    return eligible;
  }

  /**
   * Scores these customers anew, under their locks; who was erased meanwhile is left out.
   *
   * @param putOff gets those who cannot be scored yet
   */
  private List<Rescored> scoreAgain(List<Long> customerIds, KnownSilence known, Set<Long> putOff) {
    Map<Long, CustomerState> locked = states.lock(customerIds);
    Scorer.Session session = scorer.session();
    List<Rescored> rescored = new ArrayList<>();
    // Without an event there is no row, or none any more: nothing may be written.
    locked.values().removeIf(state -> state.activity().lastOccurredAt().equals(Instant.MIN));
    for (CustomerState state : locked.values()) {
      if (state.rescoreDue() != null) {
        // What judges or measures this customer changed just now: the quiet score comes first.
        putOff.add(state.customerId());
        continue;
      }
      session.score(state, known.of(state)).ifPresent(rescored::add);
    }
    states.save(locked.values());
    journal.record(rescored);
    return rescored;
  }
}
