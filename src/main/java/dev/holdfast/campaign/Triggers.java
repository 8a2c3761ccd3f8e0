package dev.holdfast.campaign;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.customer.Customers;
import dev.holdfast.event.Event;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.model.Reason;
import dev.holdfast.model.RegisteredModel;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Outbox;
import dev.holdfast.platform.Topics;
import dev.holdfast.scoring.CustomerState;
import dev.holdfast.scoring.Rescored;
import dev.holdfast.scoring.Score;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Turns a risk that crosses a threshold into an episode, and a return into its end; all in the
 * transaction that scored.
 *
 * <p>A party that is in a campaign enters none of a lower precedence, in whichever arm it is: those
 * held out of the one must not be called for the other. When it enters one of a higher precedence
 * its episodes in lower ones close. Campaigns of the same precedence do not look at each other.
 */
@ApplicationScoped
public class Triggers {

  private static final int REASONS = 3;

  /** News that come later are history: the customer has long done what follows from them. */
  static final Duration LATEST_ARRIVAL = Duration.ofDays(3);

  private final CampaignThresholds campaigns;
  private final Episodes episodes;
  private final Customers customers;
  private final ModelRegistry models;
  private final Eligibility eligibility;
  private final Segments segments;
  private final CampaignEffects effects;
  private final BusinessClock clock;
  private final Outbox outbox;
  private final ObjectMapper json;
  private final AtomicLong opened = new AtomicLong();

  Triggers(
      CampaignThresholds campaigns,
      Episodes episodes,
      Customers customers,
      ModelRegistry models,
      Eligibility eligibility,
      Segments segments,
      CampaignEffects effects,
      BusinessClock clock,
      Outbox outbox,
      ObjectMapper json) {
    this.campaigns = campaigns;
    this.episodes = episodes;
    this.customers = customers;
    this.models = models;
    this.eligibility = eligibility;
    this.segments = segments;
    this.effects = effects;
    this.clock = clock;
    this.outbox = outbox;
    this.json = json;
  }

  /** The message on {@code holdfast.call-tasks}. */
  record CallTaskMessage(
      long episodeId,
      String campaign,
      String customer,
      String state,
      double risk,
      List<String> reasons,
      Instant at) {}

  /**
   * What has just happened to a customer.
   *
   * @param state with the score as of now
   * @param events that arrived in this transaction
   */
  public record Happened(CustomerState state, List<Event> events) {}

  /** Opens episodes for those whose risk has just reached a running campaign's threshold. */
  public void crossed(Collection<Rescored> scored) {
    for (Campaign campaign : campaigns.running()) {
      if (!campaign.byRisk()) {
        continue;
      }
      List<Rescored> crossing =
          scored.stream().filter(one -> one.crossed(campaign.enterThreshold)).toList();
      open(campaign, candidates(crossing), Cause.CROSSING);
    }
  }

  /** True if a running campaign begins with an event, so that news are worth looking at. */
  public boolean watchEvents() {
    return !campaigns.byEvent().isEmpty();
  }

  /**
   * Opens episodes for those to whom something has just happened with which a running campaign
   * begins. History opens none, nor does an event that arrives more than three days late; nor does
   * a customer without a score, who cannot be judged.
   */
  public void happened(Collection<Happened> news) {
    Instant earliest = clock.now().minus(LATEST_ARRIVAL);
    for (CampaignThresholds.ByEvent watching : campaigns.byEvent()) {
      List<Candidate> candidates = new ArrayList<>();
      for (Happened one : news) {
        Score score = one.state().score();
        if (score == null) {
          continue;
        }
        one.events().stream()
            .filter(event -> !event.backfill() && !event.occurredAt().isBefore(earliest))
            .filter(watching.start()::includes)
            .max(Comparator.comparing(Event::occurredAt))
            .ifPresent(
                event ->
                    candidates.add(
                        new Candidate(
                            new Rescored(one.state(), score, score),
                            event.occurredAt(),
                            words(event),
                            null)));
      }
      open(watching.campaign(), candidates, Cause.EVENT);
    }
  }

  private static String words(Event event) {
    return event.kind().wireName()
        + ": "
        + event.name()
        + ", "
        + event.occurredAt().toString().substring(0, 10);
  }

  /** Opens episodes for those who already stood above the campaign's threshold. */
  void admit(Campaign campaign, Collection<Rescored> standing) {
    open(
        campaign,
        candidates(
            standing.stream()
                .filter(one -> one.after().risk() >= campaign.enterThreshold)
                .toList()),
        Cause.INTAKE);
  }

  /** Opens episodes for customers whose date has come near, whatever their risk. */
  void near(
      Campaign campaign, Collection<Rescored> whose, StartEvent start, Map<Long, LocalDate> dates) {
    open(
        campaign,
        whose.stream()
            .map(
                one -> {
                  LocalDate day = dates.get(one.state().customerId());
                  return new Candidate(
                      one, one.after().asOf(), start.dateField() + ": " + day, day);
                })
            .toList(),
        Cause.INTAKE);
  }

  /** Opens episodes for customers whom an incident names, whatever their risk. */
  void invite(Campaign campaign, Collection<Rescored> invited) {
    open(campaign, candidates(invited), Cause.INCIDENT);
  }

  /**
   * Who may enter a campaign.
   *
   * @param at from when on a use is a return
   * @param event what happened, or which date is near, in words; null if the risk alone did
   * @param day that is near; null if none is
   */
  private record Candidate(
      Rescored scored, Instant at, @Nullable String event, @Nullable LocalDate day) {

    CustomerState state() {
      return scored.state();
    }
  }

  private static List<Candidate> candidates(Collection<Rescored> scored) {
    return scored.stream().map(one -> new Candidate(one, one.after().asOf(), null, null)).toList();
  }

  private void open(Campaign campaign, List<Candidate> candidates, Cause cause) {
    if (candidates.isEmpty()) {
      return;
    }
    List<Long> ids = candidates.stream().map(one -> one.state().customerId()).toList();
    Map<Long, Long> parties = customers.partiesOf(ids);
    Map<Long, String> names = customers.namesOf(ids);
    Map<Long, Episodes.Open> already =
        episodes.openOf(ids).stream()
            .filter(episode -> episode.campaignId() == campaign.id)
            .collect(
                // Two, if the customer has changed its party meanwhile: the older counts.
                Collectors.toMap(
                    Episodes.Open::customerId,
                    episode -> episode,
                    (one, other) -> one.id() < other.id() ? one : other));
    Set<Long> members =
        segments.members(
            Segments.read(campaign.segment), candidates.stream().map(Candidate::state).toList());
    List<Candidate> entering = new ArrayList<>();
    for (Candidate one : candidates) {
      long customerId = one.state().customerId();
      String name = names.getOrDefault(customerId, "id:" + customerId);
      Episodes.Open standing = already.get(customerId);
      if (standing != null) {
        if (standing.arm() == Arm.TREATMENT
            && cause != Cause.EVENT
            && episodes.restoreTask(standing.id(), one.at())) {
          publish(standing.id(), campaign, name, "pending", one, reasons(one));
        }
        continue;
      }
      if (members.contains(customerId)) {
        entering.add(one);
      }
    }
    if (entering.isEmpty()) {
      return;
    }
    Set<Long> partyIds =
        entering.stream().map(one -> party(parties, one)).collect(Collectors.toSet());
    if (campaigns.precedenceMatters()) {
      // Two customers of one party may enter two campaigns at once, and neither would see the
      // other.
      customers.lockParties(partyIds);
    }
    Map<Long, List<Episodes.Elsewhere>> elsewhere = episodes.elsewhere(campaign, partyIds);
    Map<Long, Lot> lots = episodes.lotsOf(campaign, partyIds);
    CampaignEffect effect = effects.of(campaign.id);
    for (Candidate one : entering) {
      long partyId = party(parties, one);
      long customerId = one.state().customerId();
      List<Episodes.Elsewhere> others = elsewhere.getOrDefault(partyId, List.of());
      if (others.stream().anyMatch(Episodes.Elsewhere::higher)) {
        continue;
      }
      // The lot comes first, and stands for the run: nothing learnt below can change it.
      Lot lot = lots.computeIfAbsent(partyId, drawn -> Lot.draw(campaign, drawn));
      Entry entry =
          new Entry(one, cause, partyId, lot, names.getOrDefault(customerId, "id:" + customerId));
      if (openOne(campaign, effect, entry) && !others.isEmpty()) {
        close(
            others.stream().map(Episodes.Elsewhere::episode).toList(),
            "other-campaign",
            clock.now());
      }
    }
  }

  private static long party(Map<Long, Long> parties, Candidate one) {
    long customerId = one.state().customerId();
    return parties.getOrDefault(customerId, customerId);
  }

  /** A member who enters, unless eligibility or the cool-down forbids it. */
  private record Entry(Candidate who, Cause cause, long partyId, Lot lot, String customerName) {}

  /** True if an episode opened. */
  private boolean openOne(Campaign campaign, CampaignEffect effect, Entry entry) {
    Candidate one = entry.who();
    Score score = one.scored().after();
    if (!eligibility.holds(one.state().activity(), score.asOf(), score.modelId())
        || episodes.coolingDown(campaign, entry.partyId(), score.asOf())) {
      return false;
    }
    Episodes.Opening opening =
        new Episodes.Opening(
            campaign,
            entry.partyId(),
            one.state().customerId(),
            entry.cause(),
            entry.lot(),
            score.risk(),
            score.modelId(),
            one.at(),
            clock.now(),
            one.day());
    OptionalLong episode = episodes.open(opening);
    if (episode.isEmpty()) {
      return false;
    }
    opened.incrementAndGet();
    if (entry.lot().arm() == Arm.TREATMENT) {
      List<String> reasons = reasons(one);
      episodes.addTask(episode.getAsLong(), opening, effect, value(campaign, one), write(reasons));
      publish(episode.getAsLong(), campaign, entry.customerName(), "pending", one, reasons);
    }
    return true;
  }

  private @Nullable Double value(Campaign campaign, Candidate one) {
    String formula = campaign.valueFormula;
    return formula == null ? null : segments.value(Segments.formula(formula), one.state());
  }

  /** How many episodes this process has opened; a change says that it is time to count. */
  long opened() {
    return opened.get();
  }

  /** Those of these customers who have an open episode, which their score may end. */
  public Set<Long> inEpisode(Collection<Long> customerIds) {
    return episodes.openOf(customerIds).stream()
        .map(Episodes.Open::customerId)
        .collect(Collectors.toSet());
  }

  /**
   * Ends what is over: the first usage after an episode opened cancels its pending call, and the
   * episode closes once the risk is below the campaign's leave threshold, for whatever reason (late
   * data too, which show that the silence was never there). What an event opened ends by a use only
   * if its campaign says so. A closed line ends both.
   *
   * @param scored the customers scored in this transaction, by customer id
   * @param newestUsage the newest usage that arrived in this transaction, by customer id
   * @param closedLines when the line was closed, by customer id
   */
  public void end(
      Map<Long, Rescored> scored, Map<Long, Instant> newestUsage, Map<Long, Instant> closedLines) {
    Set<Long> touched = new TreeSet<>(scored.keySet());
    touched.addAll(newestUsage.keySet());
    touched.addAll(closedLines.keySet());
    List<Episodes.Open> open = touched.isEmpty() ? List.of() : episodes.openOf(touched);
    if (open.isEmpty()) {
      return;
    }
    Map<Long, String> names =
        customers.namesOf(open.stream().map(Episodes.Open::customerId).distinct().toList());
    Map<Long, Campaign> byId = byId(open);
    for (Episodes.Open episode : open) {
      Campaign campaign = Objects.requireNonNull(byId.get(episode.campaignId()));
      long customerId = episode.customerId();
      String name = names.getOrDefault(customerId, "id:" + customerId);
      Instant closed = closedLines.get(customerId);
      Instant usage = newestUsage.get(customerId);
      Rescored now = scored.get(customerId);
      if (closed != null) {
        over(episode, campaign, name, "closed", closed);
      } else if (campaign.byEvent()) {
        if (usage != null && usage.isAfter(episode.openedAt()) && endsOnUse(campaign)) {
          over(episode, campaign, name, "returned", usage);
        }
      } else if (now != null
          && now.after().risk() < campaign.leaveThreshold
          && (usage != null || mayFall(campaign, now))) {
        Instant at = usage == null ? now.after().asOf() : usage;
        String reason = usage == null ? "risk-fell" : "returned";
        over(episode, campaign, name, reason, at);
      } else if (usage != null && usage.isAfter(episode.openedAt())) {
        cancel(episode, campaign, name, "returned", usage);
      }
    }
  }

  private static boolean endsOnUse(Campaign campaign) {
    StartEvent start = EventStart.read(campaign.startsWith);
    return start != null && start.useEnds();
  }

  /** Closes episodes that are over for another reason than what their customers did. */
  void close(List<Episodes.Open> over, String reason, Instant at) {
    Map<Long, String> names =
        customers.namesOf(over.stream().map(Episodes.Open::customerId).distinct().toList());
    Map<Long, Campaign> byId = byId(over);
    for (Episodes.Open episode : over) {
      Campaign campaign = Objects.requireNonNull(byId.get(episode.campaignId()));
      String name = names.getOrDefault(episode.customerId(), "id:" + episode.customerId());
      over(episode, campaign, name, reason, at);
    }
  }

  /**
   * Whether a risk that fell without a use ends an episode: not while a fault of ours hides the
   * silence, and not where no risk opened it.
   */
  private static boolean mayFall(Campaign campaign, Rescored now) {
    return now.state().hold() == null && campaign.incidentId == null;
  }

  /**
   * Takes the calls off the lists that only silence in a fault of ours has put there. The episodes
   * stay open: a customer who is still silent afterwards crosses again, and the call comes back.
   *
   * @param held customers, scored without that silence
   */
  public void hold(Collection<Rescored> held) {
    Map<Long, Rescored> byCustomer =
        held.stream().collect(Collectors.toMap(one -> one.state().customerId(), one -> one));
    List<Episodes.Open> open =
        byCustomer.isEmpty() ? List.of() : episodes.openOf(byCustomer.keySet());
    if (open.isEmpty()) {
      return;
    }
    Map<Long, String> names =
        customers.namesOf(open.stream().map(Episodes.Open::customerId).distinct().toList());
    Map<Long, Campaign> byId = byId(open);
    Instant now = clock.now();
    for (Episodes.Open episode : open) {
      Campaign campaign = Objects.requireNonNull(byId.get(episode.campaignId()));
      long customerId = episode.customerId();
      Rescored one = Objects.requireNonNull(byCustomer.get(customerId));
      if (campaign.byRisk() && one.after().risk() < campaign.enterThreshold) {
        String name = names.getOrDefault(customerId, "id:" + customerId);
        cancel(episode, campaign, name, "incident-of-ours", now);
      }
    }
  }

  private void over(
      Episodes.Open episode, Campaign campaign, String name, String reason, Instant at) {
    episodes.close(episode.id(), reason, at);
    cancel(episode, campaign, name, reason, at);
  }

  private void cancel(
      Episodes.Open episode, Campaign campaign, String name, String reason, Instant at) {
    if (episodes.cancelTask(episode.id(), reason, at)) {
      outbox.add(
          Topics.CALL_TASKS,
          name,
          "call-task.cancelled",
          new CallTaskMessage(
              episode.id(), campaign.name, name, "cancelled", 0, List.of(reason), at));
    }
  }

  private static Map<Long, Campaign> byId(List<Episodes.Open> open) {
    List<Long> ids = open.stream().map(Episodes.Open::campaignId).distinct().toList();
    return Campaign.<Campaign>list("id in ?1", ids).stream()
        .collect(Collectors.toMap(campaign -> campaign.id, campaign -> campaign));
  }

  private void publish(
      long episodeId,
      Campaign campaign,
      String customer,
      String state,
      Candidate one,
      List<String> reasons) {
    outbox.add(
        Topics.CALL_TASKS,
        customer,
        "call-task." + state,
        new CallTaskMessage(
            episodeId,
            campaign.name,
            customer,
            state,
            one.scored().after().risk(),
            reasons,
            one.at()));
  }

  private List<String> reasons(Candidate one) {
    Score score = one.scored().after();
    List<String> reasons = new ArrayList<>();
    if (one.event() != null) {
      reasons.add(one.event());
    }
    models
        .byId(score.modelId())
        .map(RegisteredModel::model)
        .map(model -> model.reasons(one.state().activity(), score.asOf(), REASONS))
        .orElse(List.of())
        .stream()
        .map(Reason::words)
        .limit(REASONS - reasons.size())
        .forEach(reasons::add);
    return List.copyOf(reasons);
  }

  private String write(List<String> reasons) {
    try {
      return json.writeValueAsString(reasons);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a list of texts can always be written", impossible);
    }
  }
}
