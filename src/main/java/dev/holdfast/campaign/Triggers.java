package dev.holdfast.campaign;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.customer.Customers;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.model.Reason;
import dev.holdfast.model.RegisteredModel;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Outbox;
import dev.holdfast.platform.Topics;
import dev.holdfast.scoring.Rescored;
import dev.holdfast.scoring.Score;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * Turns a risk that crosses a threshold into an episode, and a return into its end; all in the
 * transaction that scored.
 */
@ApplicationScoped
public class Triggers {

  private static final int REASONS = 3;

  private final CampaignThresholds campaigns;
  private final Episodes episodes;
  private final Customers customers;
  private final ModelRegistry models;
  private final Eligibility eligibility;
  private final Segments segments;
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
      BusinessClock clock,
      Outbox outbox,
      ObjectMapper json) {
    this.campaigns = campaigns;
    this.episodes = episodes;
    this.customers = customers;
    this.models = models;
    this.eligibility = eligibility;
    this.segments = segments;
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

  /** Opens episodes for those whose risk has just reached a running campaign's threshold. */
  public void crossed(Collection<Rescored> scored) {
    for (Campaign campaign : campaigns.running()) {
      if (campaign.incidentId != null) {
        continue;
      }
      List<Rescored> crossing =
          scored.stream().filter(one -> one.crossed(campaign.enterThreshold)).toList();
      open(campaign, crossing, Cause.CROSSING);
    }
  }

  /** Opens episodes for those who already stood above the campaign's threshold. */
  void admit(Campaign campaign, Collection<Rescored> standing) {
    open(
        campaign,
        standing.stream().filter(one -> one.after().risk() >= campaign.enterThreshold).toList(),
        Cause.INTAKE);
  }

  /** Opens episodes for customers whom an incident names, whatever their risk. */
  void invite(Campaign campaign, Collection<Rescored> invited) {
    open(campaign, List.copyOf(invited), Cause.INCIDENT);
  }

  private void open(Campaign campaign, List<Rescored> candidates, Cause cause) {
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
            Segments.read(campaign.segment), candidates.stream().map(Rescored::state).toList());
    for (Rescored one : candidates) {
      long customerId = one.state().customerId();
      String name = names.getOrDefault(customerId, "id:" + customerId);
      Episodes.Open standing = already.get(customerId);
      if (standing != null) {
        if (standing.arm() == Arm.TREATMENT
            && episodes.restoreTask(standing.id(), one.after().asOf())) {
          publish(standing.id(), campaign, name, "pending", one, reasons(one));
        }
        continue;
      }
      if (members.contains(customerId)) {
        openOne(campaign, cause, one, parties.getOrDefault(customerId, customerId), name);
      }
    }
  }

  private void openOne(
      Campaign campaign, Cause cause, Rescored one, long partyId, String customerName) {
    // The arm comes first: nothing learnt about the party below can change it.
    Arm arm = Arm.of(campaign.salt, partyId, campaign.holdOutShare);
    Score score = one.after();
    if (!eligibility.holds(one.state().activity(), score.asOf(), score.modelId())
        || episodes.coolingDown(campaign, partyId, score.asOf())) {
      return;
    }
    Episodes.Opening opening =
        new Episodes.Opening(
            campaign,
            partyId,
            one.state().customerId(),
            cause,
            arm,
            score.risk(),
            score.modelId(),
            score.asOf(),
            clock.now());
    OptionalLong episode = episodes.open(opening);
    if (episode.isPresent()) {
      opened.incrementAndGet();
    }
    if (episode.isPresent() && arm == Arm.TREATMENT) {
      List<String> reasons = reasons(one);
      episodes.addTask(episode.getAsLong(), opening, write(reasons));
      publish(episode.getAsLong(), campaign, customerName, "pending", one, reasons);
    }
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
   * data too, which show that the silence was never there). A closed line ends both.
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
        cancel(episode, campaign, name, "closed", closed);
        episodes.close(episode.id(), "closed", closed);
      } else if (now != null
          && now.after().risk() < campaign.leaveThreshold
          && (usage != null || mayFall(campaign, now))) {
        Instant at = usage == null ? now.after().asOf() : usage;
        String reason = usage == null ? "risk-fell" : "returned";
        cancel(episode, campaign, name, reason, at);
        episodes.close(episode.id(), reason, at);
      } else if (usage != null && usage.isAfter(episode.openedAt())) {
        cancel(episode, campaign, name, "returned", usage);
      }
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
      if (campaign.incidentId == null && one.after().risk() < campaign.enterThreshold) {
        String name = names.getOrDefault(customerId, "id:" + customerId);
        cancel(episode, campaign, name, "incident-of-ours", now);
      }
    }
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
      Rescored one,
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
            one.after().risk(),
            reasons,
            one.after().asOf()));
  }

  private List<String> reasons(Rescored one) {
    return models
        .byId(one.after().modelId())
        .map(RegisteredModel::model)
        .map(model -> model.reasons(one.state().activity(), one.after().asOf(), REASONS))
        .orElse(List.of())
        .stream()
        .map(Reason::words)
        .toList();
  }

  private String write(List<String> reasons) {
    try {
      return json.writeValueAsString(reasons);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a list of texts can always be written", impossible);
    }
  }
}
