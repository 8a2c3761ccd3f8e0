package dev.holdfast.campaign;

import dev.holdfast.campaign.CampaignPreview.Contact;
import dev.holdfast.campaign.CampaignPreview.Day;
import dev.holdfast.campaign.CampaignPreview.Expected;
import dev.holdfast.campaign.CampaignPreview.Week;
import dev.holdfast.customer.Customers;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventStore;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Problem;
import dev.holdfast.scoring.CustomerScan;
import dev.holdfast.scoring.CustomerState;
import dev.holdfast.scoring.Score;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * Previews campaigns on the customers as they are, and counts segments. Nothing is written. Of more
 * customers than {@value Prospects#MOST} a part is looked at, always the same one, and what is said
 * of all has an interval; that costs one walk through an index of all customers and as many rows as
 * are looked at.
 */
@ApplicationScoped
public class CampaignPreviews {

  private static final int DAYS = 7;
  private static final int MOST_ASKED = 500;
  private static final int MOST_HISTORIES = 1_000;
  private static final int HISTORIES_AT_ONCE = 200;
  private static final Duration LOOKED_BACK = Duration.ofDays(28);

  private final Prospects prospects;
  private final Segments segments;
  private final ProfileDates dates;
  private final Eligibility eligibility;
  private final Episodes episodes;
  private final Contactability contactability;
  private final ContactPolicies policies;
  private final Customers customers;
  private final CustomerScan scan;
  private final EventStore events;
  private final ExpectedEffect effects;
  private final BusinessClock clock;

  CampaignPreviews(
      Prospects prospects,
      Segments segments,
      ProfileDates dates,
      Eligibility eligibility,
      Episodes episodes,
      Contactability contactability,
      ContactPolicies policies,
      Customers customers,
      CustomerScan scan,
      EventStore events,
      ExpectedEffect effects,
      BusinessClock clock) {
    this.prospects = prospects;
    this.segments = segments;
    this.dates = dates;
    this.eligibility = eligibility;
    this.episodes = episodes;
    this.contactability = contactability;
    this.policies = policies;
    this.customers = customers;
    this.scan = scan;
    this.events = events;
    this.effects = effects;
    this.clock = clock;
  }

  /**
   * How many customers a segment has.
   *
   * @param customers of whom something is known
   * @param looked of them, at whom one by one
   * @param segment members who have a score
   */
  public record SegmentCount(long customers, int looked, Estimate segment) {}

  /**
   * Counts a segment now.
   *
   * @throws Problem 400 if the segment cannot be read
   */
  @Transactional
  public SegmentCount count(String segment) {
    SegmentExpression expression = Segments.read(segment);
    Drawn drawn = drawn();
    return new SegmentCount(
        drawn.all(), drawn.looked(), drawn.of(members(expression, drawn.states()).size()));
  }

  /**
   * Previews a campaign that is not there yet.
   *
   * @throws Problem 400 if the settings contradict each other
   */
  public CampaignPreview of(CampaignSettings settings) {
    Campaign campaign = new Campaign();
    settings.writeTo(campaign);
    return QuarkusTransaction.joiningExisting().call(() -> of(campaign, null));
  }

  /**
   * Previews a campaign as it would be with other settings, without those who are in it already.
   *
   * @throws Problem 404 if there is none, 409 if it is for the customers of an incident, 400 if the
   *     settings contradict each other
   */
  public CampaignPreview of(CampaignSettings settings, long campaignId) {
    Campaign campaign = previewable(campaignId).with(settings);
    Evidence known = evidence(campaign);
    return QuarkusTransaction.joiningExisting().call(() -> of(campaign, known));
  }

  /**
   * Previews a campaign, without those who are in it already.
   *
   * @throws Problem 404 if there is none, 409 if it is for the customers of an incident
   */
  public CampaignPreview of(long campaignId) {
    Campaign campaign = previewable(campaignId);
    Evidence known = evidence(campaign);
    return QuarkusTransaction.joiningExisting().call(() -> of(campaign, known));
  }

  private static Campaign previewable(long campaignId) {
    Campaign campaign =
        QuarkusTransaction.joiningExisting()
            .call(() -> Campaign.withId(campaignId))
            .orElseThrow(() -> Problem.notFound("There is no campaign " + campaignId));
    if (campaign.incidentId != null) {
      throw Problem.conflict(
          "Campaign "
              + campaignId
              + " is for the customers whom incident "
              + campaign.incidentId
              + " names; nobody else will come");
    }
    return campaign;
  }

  /** Of its effect, else of that of the campaign it was cloned from; null if nothing is known. */
  private @Nullable Evidence evidence(Campaign campaign) {
    Evidence cloned = EvidenceJson.read(campaign.evidence);
    Optional<Evidence> own = effects.of(campaign.id).filter(Evidence::known);
    return own.orElse(cloned != null && cloned.known() ? cloned : null);
  }

  /** Some of all customers. */
  private record Drawn(List<CustomerState> states, int looked, long all) {

    Estimate of(long found) {
      return Estimate.of(found, looked, all);
    }
  }

  private Drawn drawn() {
    long all = scan.count();
    List<Long> ids = scan.sample(Math.max(1, (all + Prospects.MOST - 1) / Prospects.MOST));
    return new Drawn(prospects.read(ids), ids.size(), Math.max(all, ids.size()));
  }

  private List<CustomerState> members(
      SegmentExpression segment, Collection<CustomerState> candidates) {
    Set<Long> members = segments.members(segment, candidates);
    return candidates.stream().filter(one -> members.contains(one.customerId())).toList();
  }

  private CampaignPreview of(Campaign campaign, @Nullable Evidence evidence) {
    Instant now = clock.now();
    LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
    List<String> notes = new ArrayList<>();
    SegmentExpression segment = Segments.read(campaign.segment);
    Drawn drawn = drawn();
    List<CustomerState> members = members(segment, drawn.states());
    List<CustomerState> free = free(campaign, members, now);
    boolean byDate = campaign.byDate();
    Come come;
    if (byDate) {
      come = byDate(campaign, drawn, free, today);
    } else if (campaign.byEvent()) {
      come = byEvent(campaign, drawn, free, today, now, notes);
    } else {
      come = byRisk(campaign, segment, drawn, free, today, now);
    }
    double room = come.standing().value();
    List<CustomerState> all = new ArrayList<>(come.above());
    all.addAll(come.coming());
    Contact contact = contact(all, now, notes);
    double reachableShare =
        contact.asked() == 0 ? 0 : (double) contact.reachable() / contact.asked();
    double capacity = campaign.capacityMinutes / campaign.minutesPerCall;
    List<Day> days = new ArrayList<>();
    Estimate assigned = Estimate.NONE;
    double calls = 0;
    double reachable = 0;
    for (int i = 0; i < DAYS; i++) {
      Estimate coming = come.days().get(i);
      // Whose date comes near is admitted within the intake too.
      room += byDate ? coming.value() : 0;
      double admitted = Math.min(room, campaign.intake);
      room -= admitted;
      Estimate entered =
          byDate ? Estimate.exactly(admitted) : coming.plus(Estimate.exactly(admitted));
      double callable = entered.value() * (1 - campaign.holdOutShare) * reachableShare;
      double called = Math.min(callable, capacity);
      days.add(
          new Day(today.plusDays(i), coming, admitted, called, called * campaign.minutesPerCall));
      assigned = assigned.plus(entered);
      reachable += callable;
      calls += called;
    }
    double meanRisk = meanRisk(campaign, come);
    double meanValue = meanValue(campaign, come);
    Week week =
        new Week(
            assigned,
            assigned.value() * campaign.holdOutShare,
            reachable,
            calls,
            reachable * campaign.minutesPerCall / DAYS,
            campaign.capacityMinutes);
    if (calls + 0.5 < reachable) {
      notes.add("more may be called than the capacity allows: the best by gain per minute are");
    }
    return new CampaignPreview(
        now,
        drawn.all(),
        drawn.looked(),
        drawn.of(members.size()),
        come.standing(),
        List.copyOf(days),
        week,
        contact,
        expected(campaign, evidence, week, meanRisk, meanValue),
        power(campaign, meanRisk, assigned.value() / DAYS, notes),
        List.copyOf(notes));
  }

  /**
   * Who would enter.
   *
   * @param above some of those who stand above the threshold, at whom one may look
   * @param coming some of those who come
   * @param days how many come on each day
   */
  private record Come(
      Estimate standing,
      List<CustomerState> above,
      List<CustomerState> coming,
      List<Estimate> days) {}

  private Come byRisk(
      Campaign campaign,
      SegmentExpression segment,
      Drawn drawn,
      List<CustomerState> free,
      LocalDate today,
      Instant now) {
    List<CustomerState> above =
        free.stream().filter(one -> risk(one) >= campaign.enterThreshold).toList();
    LocalDate end = today.plusDays(DAYS);
    Prospects.Coming byTimer =
        prospects.coming(campaign.enterThreshold, segment, end, state -> eligible(state, now));
    List<Prospects.Comer> timed = free(campaign, byTimer.comers(), now);
    // Nobody watches a draft's level yet: whose timer is set past the end may reach it before.
    Instant last = Prospects.start(end);
    Prospects.Crossings crossings = prospects.crossings(campaign.enterThreshold);
    List<Prospects.Comer> unwatched = new ArrayList<>();
    for (CustomerState state : free) {
      Instant due = state.nextDue();
      if (due == null || !due.isBefore(last)) {
        crossings
            .of(state)
            .filter(at -> at.isBefore(last))
            .ifPresent(at -> unwatched.add(new Prospects.Comer(state, at)));
      }
    }
    List<Estimate> days = new ArrayList<>();
    Prospects.Coming others = new Prospects.Coming(unwatched, drawn.all(), drawn.looked());
    Prospects.Coming ours = new Prospects.Coming(timed, byTimer.timers(), byTimer.drawn());
    for (int i = 0; i < DAYS; i++) {
      LocalDate day = today.plusDays(i);
      Estimate coming = ours.on(day, i == 0);
      days.add(unwatched.isEmpty() ? coming : coming.plus(others.on(day, i == 0)));
    }
    List<CustomerState> coming = new ArrayList<>();
    timed.forEach(one -> coming.add(one.state()));
    unwatched.forEach(one -> coming.add(one.state()));
    return new Come(drawn.of(above.size()), above, coming, days);
  }

  /** As often as the event happened to some of the members in the last four weeks. */
  private Come byEvent(
      Campaign campaign,
      Drawn drawn,
      List<CustomerState> free,
      LocalDate today,
      Instant now,
      List<String> notes) {
    EventStart start = EventStart.of(Objects.requireNonNull(EventStart.read(campaign.startsWith)));
    Instant since = now.minus(LOOKED_BACK);
    List<CustomerState> some = free.subList(0, Math.min(MOST_HISTORIES, free.size()));
    List<CustomerState> coming = new ArrayList<>();
    for (int from = 0; from < some.size(); from += HISTORIES_AT_ONCE) {
      List<CustomerState> page =
          some.subList(from, Math.min(some.size(), from + HISTORIES_AT_ONCE));
      Map<Long, List<Event>> histories =
          events.historiesOf(page.stream().map(CustomerState::customerId).toList());
      for (CustomerState state : page) {
        boolean happened =
            histories.getOrDefault(state.customerId(), List.of()).stream()
                .anyMatch(
                    event ->
                        !event.occurredAt().isBefore(since)
                            && event.occurredAt().isBefore(now)
                            && start.includes(event));
        if (happened) {
          coming.add(state);
        }
      }
    }
    notes.add(
        "as often as the event happened to "
            + some.size()
            + " members in the last 28 days, once for each customer");
    long members = Math.round(drawn.of(free.size()).value());
    Estimate aDay =
        Estimate.of(coming.size(), some.size(), Math.max(members, some.size()))
            .times(1.0 / LOOKED_BACK.toDays());
    List<Estimate> days = new ArrayList<>();
    for (int i = 0; i < DAYS; i++) {
      days.add(i == 0 ? aDay.times(restOf(today, now)) : aDay);
    }
    return new Come(Estimate.NONE, List.of(), coming, days);
  }

  /** Whose date is near stands there already; the others come on the day on which it is. */
  private Come byDate(Campaign campaign, Drawn drawn, List<CustomerState> free, LocalDate today) {
    StartEvent start = Objects.requireNonNull(EventStart.read(campaign.startsWith));
    Map<Long, LocalDate> dates =
        this.dates.of(campaign, free.stream().map(CustomerState::customerId).toList(), start);
    List<CustomerState> near = new ArrayList<>();
    List<CustomerState> coming = new ArrayList<>();
    int[] onDay = new int[DAYS];
    for (CustomerState state : free) {
      LocalDate date = dates.get(state.customerId());
      if (date == null || date.isBefore(today)) {
        continue;
      }
      long in = today.until(date.minusDays(start.before()), ChronoUnit.DAYS);
      if (in <= 0) {
        near.add(state);
      } else if (in < DAYS) {
        coming.add(state);
        onDay[(int) in]++;
      }
    }
    return new Come(
        drawn.of(near.size()), near, coming, Arrays.stream(onDay).mapToObj(drawn::of).toList());
  }

  private static double restOf(LocalDate day, Instant now) {
    return (double) Duration.between(now, Prospects.start(day.plusDays(1))).toSeconds() / 86_400;
  }

  private boolean eligible(CustomerState state, Instant now) {
    Score score = state.score();
    return score != null
        && eligibility.holds(
            state.activity(), score.asOf().isBefore(now) ? score.asOf() : now, score.modelId());
  }

  /** Those who may open an episode, and whose party is in none and rests from none. */
  private List<CustomerState> free(Campaign campaign, List<CustomerState> candidates, Instant now) {
    List<CustomerState> eligible = candidates.stream().filter(one -> eligible(one, now)).toList();
    Set<Long> taken = taken(campaign, eligible, now);
    return eligible.stream().filter(one -> !taken.contains(one.customerId())).toList();
  }

  private List<Prospects.Comer> free(
      Campaign campaign, Collection<Prospects.Comer> comers, Instant now) {
    Set<Long> taken = taken(campaign, comers.stream().map(Prospects.Comer::state).toList(), now);
    return comers.stream().filter(one -> !taken.contains(one.state().customerId())).toList();
  }

  private Set<Long> taken(Campaign campaign, List<CustomerState> candidates, Instant now) {
    if (candidates.isEmpty()) {
      return Set.of();
    }
    Map<Long, Long> parties =
        customers.partiesOf(candidates.stream().map(CustomerState::customerId).toList());
    Set<Long> busy = episodes.takenOrResting(campaign, new HashSet<>(parties.values()), now);
    Set<Long> taken = new HashSet<>();
    parties.forEach(
        (customer, party) -> {
          if (busy.contains(party)) {
            taken.add(customer);
          }
        });
    return taken;
  }

  private Contact contact(List<CustomerState> candidates, Instant now, List<String> notes) {
    List<CustomerState> asked = candidates;
    if (candidates.size() > MOST_ASKED) {
      asked = new ArrayList<>();
      for (int i = 0; i < MOST_ASKED; i++) {
        asked.add(candidates.get((int) ((long) i * candidates.size() / MOST_ASKED)));
      }
    }
    Map<Long, Long> parties =
        customers.partiesOf(asked.stream().map(CustomerState::customerId).toList());
    List<Long> ids = parties.values().stream().distinct().sorted().toList();
    Map<Long, Contactability.Answer> answers =
        ids.isEmpty() ? Map.of() : contactability.byPhone(ids);
    SortedMap<String, Integer> blocked = new TreeMap<>();
    int reachable = 0;
    Instant end = now.plus(Duration.ofDays(DAYS));
    for (long party : ids) {
      Contactability.Answer answer = answers.get(party);
      PolicyDecision decision = answer == null ? null : answer.decision();
      if (decision == null) {
        blocked.merge(PolicyRule.CONSENT.wireName(), 1, Integer::sum);
      } else if (decision.allowed()
          || decision.opensAt().filter(opens -> opens.isBefore(end)).isPresent()) {
        reachable++;
      } else {
        blocked.merge(decision.strongestBlock().rule().wireName(), 1, Integer::sum);
      }
    }
    if (ids.isEmpty()) {
      notes.add("nobody to ask the contact policy about");
    }
    return new Contact(ids.size(), reachable, blocked, policies.inForce().number());
  }

  /** Of those who stand above by what they have, of the others by the level they come to. */
  private static double meanRisk(Campaign campaign, Come come) {
    return DoubleStream.concat(
            come.above().stream().mapToDouble(CampaignPreviews::risk),
            come.coming().stream().mapToDouble(one -> riskThen(campaign, one)))
        .average()
        .orElse(campaign.enterThreshold);
  }

  /** Whoever comes in silence has the level's risk then. */
  private static double riskThen(Campaign campaign, CustomerState coming) {
    return campaign.byEvent() ? risk(coming) : campaign.enterThreshold;
  }

  /** Of whom a call keeps: more of those at a high risk. */
  private double meanValue(Campaign campaign, Come come) {
    List<CustomerState> all = new ArrayList<>(come.above());
    all.addAll(come.coming());
    Map<Long, Double> own = segments.values(campaign, all);
    if (own.isEmpty()) {
      return campaign.customerValue;
    }
    double risks = 0;
    double values = 0;
    for (int i = 0; i < all.size(); i++) {
      CustomerState one = all.get(i);
      double risk = i < come.above().size() ? risk(one) : riskThen(campaign, one);
      risks += risk;
      values += risk * own.getOrDefault(one.customerId(), campaign.customerValue);
    }
    return risks > 0 ? values / risks : campaign.customerValue;
  }

  private static Expected expected(
      Campaign campaign,
      @Nullable Evidence evidence,
      Week week,
      double meanRisk,
      double meanValue) {
    double leavers = meanRisk * week.calls();
    double cost = campaign.gain(null).cost(week.calls(), leavers, week.calls() - leavers);
    Estimate effect = measured(evidence);
    // What was measured is of all that were treated, called or not.
    double treated = week.assigned().value() - week.heldOut();
    double called = week.reachable() == 0 ? 0 : week.calls() / week.reachable();
    Estimate saves =
        effect == null ? ExpectedGain.PRIOR.times(leavers) : effect.times(treated * called);
    return new Expected(
        effect == null ? "prior" : "evidence",
        meanRisk,
        meanValue,
        saves,
        cost,
        saves.times(meanValue).plus(Estimate.exactly(-cost)));
  }

  private static @Nullable Estimate measured(@Nullable Evidence evidence) {
    if (evidence == null) {
      return null;
    }
    Double effect = evidence.effect();
    Double low = evidence.low();
    Double high = evidence.high();
    return effect == null || low == null || high == null ? null : new Estimate(effect, low, high);
  }

  private ExpectedEffect.@Nullable Power power(
      Campaign campaign, double meanRisk, double aDay, List<String> notes) {
    if (campaign.holdOutShare == 0) {
      notes.add("without a hold-out nothing can be measured");
      return null;
    }
    return aDay <= 0 ? null : effects.power(meanRisk, campaign.holdOutShare, aDay);
  }

  private static double risk(CustomerState state) {
    Score score = state.score();
    return score == null ? 0 : score.risk();
  }
}
