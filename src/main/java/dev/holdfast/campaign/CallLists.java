package dev.holdfast.campaign;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.customer.ContactCard;
import dev.holdfast.customer.Customers;
import dev.holdfast.model.Reason;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Jdbc;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.SqlTime;
import dev.holdfast.scoring.Risks;
import dev.holdfast.scoring.Risks.RiskNow;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Today's call list of a campaign: the pending tasks whose party may be called, by expected gain
 * per agent minute, as many as the day's minutes allow. Who may not be called is counted by reason.
 */
@ApplicationScoped
public class CallLists {

  /** Share of the minutes for calls drawn at random. */
  private static final double EXPLORATION = 0.1;

  /** Tasks looked at for one list; more are no list that people could work through. */
  private static final int MAX_TASKS = 100_000;

  /**
   * A call list.
   *
   * @param asOf business instant of the list
   * @param calls whom to call, best first
   * @param capacityMinutes agent minutes there are today
   * @param plannedMinutes agent minutes that the calls take
   * @param pending tasks that wait, called today or not
   * @param blocked tasks left out, counted by reason: the strongest rule of the contact policy that
   *     forbids the call today, else {@code no-gain} or {@code beyond-capacity}
   * @param policy version of the contact policy
   * @param hourMore expected gain of one more agent-hour today, in money
   */
  public record CallList(
      long campaignId,
      String campaign,
      Instant asOf,
      List<Call> calls,
      int capacityMinutes,
      int plannedMinutes,
      int pending,
      Map<String, Integer> blocked,
      long policy,
      double hourMore) {

    /** The list with some of its calls left out. */
    CallList of(List<Call> some) {
      return new CallList(
          campaignId,
          campaign,
          asOf,
          some,
          capacityMinutes,
          plannedMinutes,
          pending - (calls.size() - some.size()),
          blocked,
          policy,
          hourMore);
    }
  }

  /**
   * One line of the list.
   *
   * @param rank 1 is the first to call
   * @param taskId for the outcome
   * @param risk in (0, 1), as of now
   * @param expectedGain of the call, in money
   * @param reasons up to three, in plain words
   * @param phone of the party; absent where the numbers are kept elsewhere (a CRM or a dialer)
   * @param zone of the party, to know what time it is there; absent if unknown
   * @param since when the risk reached the threshold
   * @param callFrom earliest instant at which the contact policy allows the call; absent if it does
   *     so already
   * @param effectFrom from what the expected gain was reckoned: {@code prior} (nobody measured yet
   *     what calls do), {@code average} (of the campaign's measured calls) or {@code uplift} (of
   *     this customer)
   * @param offer what may be offered, in the customer's language or else the campaign's first;
   *     absent if the campaign does not say
   */
  public record Call(
      int rank,
      long taskId,
      String customer,
      @Nullable String name,
      @Nullable String phone,
      double risk,
      double expectedGain,
      List<String> reasons,
      @Nullable String zone,
      Instant since,
      @Nullable Instant callFrom,
      boolean exploration,
      double propensity,
      EffectFrom effectFrom,
      @Nullable String offer) {

    /** The call in another place, with what holds of the party now. */
    Call at(int place, Contactability.Answer now) {
      return new Call(
          place,
          taskId,
          customer,
          now.card().displayName(),
          now.card().phone(),
          risk,
          expectedGain,
          reasons,
          now.card().zone(),
          since,
          now.decision().opensAt().orElse(null),
          exploration,
          propensity,
          effectFrom,
          offer);
    }
  }

  /** A campaign as others may know it. */
  public record CampaignName(long id, String name) {}

  private record Task(
      long id,
      long partyId,
      long customerId,
      double risk,
      List<String> reasons,
      Instant since,
      @Nullable Double value,
      double lot,
      @Nullable String language,
      EffectFrom from) {

    /** The task with the risk of now; without one, as it was opened. */
    Task at(@Nullable RiskNow now) {
      return now == null
          ? this
          : new Task(
              id, partyId, customerId, now.risk(), reasons, since, value, lot, language, from);
    }

    Task from(EffectFrom known) {
      return new Task(id, partyId, customerId, risk, reasons, since, value, lot, language, known);
    }
  }

  private final DataSource database;
  private final Customers customers;
  private final Contactability contactability;
  private final ContactPolicies policies;
  private final CampaignEffects effects;
  private final Risks risks;
  private final BusinessClock clock;
  private final ObjectMapper json;

  CallLists(
      DataSource database,
      Customers customers,
      Contactability contactability,
      ContactPolicies policies,
      CampaignEffects effects,
      Risks risks,
      BusinessClock clock,
      ObjectMapper json) {
    this.database = database;
    this.customers = customers;
    this.contactability = contactability;
    this.policies = policies;
    this.effects = effects;
    this.risks = risks;
    this.clock = clock;
    this.json = json;
  }

  /** The running campaigns, oldest first. */
  @Transactional
  public List<CampaignName> running() {
    return Campaign.running().stream()
        .map(campaign -> new CampaignName(campaign.id, campaign.name))
        .toList();
  }

  /** The id of the campaign with this name or number, if there is one. */
  @Transactional
  public Optional<Long> idOf(String nameOrId) {
    Optional<Campaign> named = Campaign.named(nameOrId);
    if (named.isEmpty() && nameOrId.matches("[0-9]{1,18}")) {
      named = Campaign.withId(Long.parseLong(nameOrId));
    }
    return named.map(campaign -> campaign.id);
  }

  /**
   * Today's list.
   *
   * @throws Problem 404 if there is no such campaign
   */
  @Transactional
  public CallList today(long campaignId) {
    Campaign campaign =
        Campaign.withId(campaignId)
            .orElseThrow(() -> Problem.notFound("There is no campaign " + campaignId));
    Callable callable = callable(campaign);
    Map<Long, RiskNow> now = callable.now();
    Map<Long, Contactability.Answer> answers = callable.answers();
    Map<Long, Task> allowed = callable.tasks();
    List<CallPlan.Candidate> candidates = callable.candidates();
    Map<String, Integer> blocked = new TreeMap<>(callable.blocked());
    CallPlan.Plan plan = CallPlan.of(candidates, campaign.capacityMinutes, EXPLORATION);
    int beyond = candidates.size() - plan.chosen().size();
    if (beyond > 0) {
      blocked.put("beyond-capacity", beyond);
    }
    Map<Long, String> names =
        customers.namesOf(
            plan.chosen().stream()
                .map(chosen -> task(allowed, chosen).customerId())
                .distinct()
                .toList());
    List<OfferText> offer = OfferText.read(campaign.offer);
    List<Call> calls = new ArrayList<>();
    for (CallPlan.Chosen chosen : plan.chosen()) {
      Task task = task(allowed, chosen);
      Contactability.Answer answer = Objects.requireNonNull(answers.get(task.partyId()));
      ContactCard card = answer.card();
      calls.add(
          new Call(
              calls.size() + 1,
              task.id(),
              names.getOrDefault(task.customerId(), "id:" + task.customerId()),
              card.displayName(),
              card.phone(),
              task.risk(),
              chosen.candidate().gain(),
              reasons(task, now.get(task.customerId())),
              card.zone(),
              task.since(),
              answer.decision().opensAt().orElse(null),
              chosen.exploration(),
              chosen.propensity(),
              task.from(),
              OfferText.in(task.language(), offer)));
    }
    return new CallList(
        campaignId,
        campaign.name,
        clock.now(),
        calls,
        campaign.capacityMinutes,
        (int) Math.round(plan.minutes()),
        callable.pending(),
        blocked,
        policies.inForce().number(),
        plan.hourMore());
  }

  /** The list less what has been called, cancelled or forbidden since it was composed. */
  @Transactional
  CallList without(CallList list) {
    Map<Long, Long> pending = stillPending(list.calls().stream().map(Call::taskId).toList());
    Map<Long, Contactability.Answer> answers =
        contactability.byPhone(pending.values().stream().distinct().toList());
    List<Call> calls = new ArrayList<>();
    for (Call call : list.calls()) {
      Long party = pending.get(call.taskId());
      Contactability.Answer answer = party == null ? null : answers.get(party);
      if (answer != null && answer.today()) {
        calls.add(call.at(calls.size() + 1, answer));
      }
    }
    return list.of(calls);
  }

  /** The parties of those tasks that still wait. */
  private Map<Long, Long> stillPending(List<Long> tasks) {
    Map<Long, Long> parties = new HashMap<>();
    try (Connection connection = database.getConnection()) {
      for (List<Long> chunk : Jdbc.fullChunks(tasks)) {
        try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT id, party_id FROM call_task WHERE state = 'pending' AND id IN ("
                    + Jdbc.marks(chunk.size())
                    + ") AND "
                    + CallQueue.NOT_OVER)) {
          for (int i = 0; i < chunk.size(); i++) {
            select.setLong(i + 1, chunk.get(i));
          }
          try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
              parties.put(row.getLong(1), row.getLong(2));
            }
          }
        }
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read which call tasks wait", failure);
    }
    return parties;
  }

  /**
   * The tasks of a campaign that may be called today and bring something.
   *
   * @param tasks by id
   * @param blocked the others, counted by reason
   * @param pending all that wait
   */
  private record Callable(
      Map<Long, Task> tasks,
      List<CallPlan.Candidate> candidates,
      Map<Long, Contactability.Answer> answers,
      Map<Long, RiskNow> now,
      Map<String, Integer> blocked,
      int pending) {}

  private Callable callable(Campaign campaign) {
    // Those of a campaign that ended wait only to be closed.
    List<Task> pending = campaign.state.equals(Campaign.ENDED) ? List.of() : pending(campaign.id);
    Map<Long, RiskNow> now = risks.now(pending.stream().map(Task::customerId).toList());
    List<Task> tasks =
        new ArrayList<>(pending.stream().map(task -> task.at(now.get(task.customerId()))).toList());
    Map<Long, Contactability.Answer> answers =
        contactability.byPhone(tasks.stream().map(Task::partyId).distinct().toList());
    Map<String, Integer> blocked = new TreeMap<>();
    Map<Long, Task> allowed = new HashMap<>();
    List<CallPlan.Candidate> candidates = new ArrayList<>();
    CampaignEffect effect = effects.of(campaign.id);
    for (Task task : tasks) {
      Contactability.Answer answer = answers.get(task.partyId());
      CampaignEffect.Expected expected = effect.on(task.risk(), now.get(task.customerId()));
      double gain = campaign.gain(task.value()).ofCall(task.risk(), expected.effect());
      String why = whyNot(answer, gain);
      if (why != null) {
        blocked.merge(why, 1, Integer::sum);
        continue;
      }
      allowed.put(task.id(), task.from(expected.from()));
      candidates.add(new CallPlan.Candidate(task.id(), gain, campaign.minutesPerCall, task.lot()));
    }
    return new Callable(allowed, candidates, answers, now, blocked, tasks.size());
  }

  /**
   * What minutes of agents are worth over all running campaigns.
   *
   * @param minutes that the best calls take of them
   * @param calls how many these are
   * @param hourMore expected gain of one more hour, in money
   */
  public record Worth(double minutes, int calls, double hourMore) {}

  /** What so many minutes from now on are worth; a party in two campaigns counts in the better. */
  @Transactional
  public Worth worth(double minutes) {
    Map<Long, CallPlan.Candidate> best = new HashMap<>();
    for (Campaign campaign : Campaign.running()) {
      Callable callable = callable(campaign);
      for (CallPlan.Candidate one : callable.candidates()) {
        long party = Objects.requireNonNull(callable.tasks().get(one.task())).partyId();
        best.merge(
            party,
            one,
            (known, other) ->
                other.gain() / other.minutes() > known.gain() / known.minutes() ? other : known);
      }
    }
    CallPlan.Plan plan = CallPlan.of(List.copyOf(best.values()), minutes, 0);
    return new Worth(plan.minutes(), plan.chosen().size(), plan.hourMore());
  }

  private static Task task(Map<Long, Task> tasks, CallPlan.Chosen chosen) {
    return Objects.requireNonNull(tasks.get(chosen.candidate().task()));
  }

  /** Why a task is on no list today, null if it may be. */
  private static @Nullable String whyNot(Contactability.@Nullable Answer answer, double gain) {
    if (answer == null) {
      return PolicyRule.CONSENT.wireName();
    }
    if (!answer.today()) {
      return answer.decision().strongestBlock().rule().wireName();
    }
    return gain > 0 ? null : "no-gain";
  }

  private static List<String> reasons(Task task, @Nullable RiskNow now) {
    return now == null ? task.reasons() : now.reasons().stream().map(Reason::words).toList();
  }

  /** A file that a spreadsheet opens with names and phones intact. */
  public enum Sheet {
    /** Comma-separated, UTF-8. */
    CSV("csv", "text/csv;charset=UTF-8"),
    /** A workbook. */
    XLSX("xlsx", CallListXlsx.TYPE);

    private final String extension;
    private final String mediaType;

    Sheet(String extension, String mediaType) {
      this.extension = extension;
      this.mediaType = mediaType;
    }

    /** Of the name of the file. */
    public String extension() {
      return extension;
    }

    /** On the wire. */
    public String mediaType() {
      return mediaType;
    }
  }

  /** Writes the list as such a file, row by row, and leaves the stream open. */
  public void write(CallList list, Sheet sheet, OutputStream out) throws IOException {
    switch (sheet) {
      case CSV -> CallListCsv.write(list, out);
      case XLSX -> CallListXlsx.write(list, out);
    }
  }

  private List<Task> pending(long campaignId) {
    List<Task> tasks = new ArrayList<>();
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT id, party_id, customer_id, risk, reasons, created_at, customer_value, lot,"
                    + " language FROM"
                    + " call_task"
                    + " WHERE campaign_id = ? AND state = 'pending' ORDER BY risk DESC LIMIT "
                    + MAX_TASKS)) {
      select.setLong(1, campaignId);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          tasks.add(
              new Task(
                  row.getLong("id"),
                  row.getLong("party_id"),
                  row.getLong("customer_id"),
                  row.getDouble("risk"),
                  json.readValue(row.getString("reasons"), new TypeReference<List<String>>() {}),
                  SqlTime.required(row, "created_at"),
                  row.getObject("customer_value", Double.class),
                  row.getDouble("lot"),
                  row.getString("language"),
                  EffectFrom.PRIOR));
        }
      }
    } catch (SQLException | JsonProcessingException failure) {
      throw new IllegalStateException("cannot read the call tasks", failure);
    }
    return tasks;
  }
}
