package dev.holdfast.campaign;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.customer.ContactCard;
import dev.holdfast.customer.Customers;
import dev.holdfast.model.Reason;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.SqlTime;
import dev.holdfast.scoring.Risks;
import dev.holdfast.scoring.Risks.RiskNow;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
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

  /** Tasks looked at for one list; a list longer than a day's work of a large desk helps nobody. */
  private static final int MAX_TASKS = 20_000;

  /**
   * A call list.
   *
   * @param asOf business instant of the list
   * @param calls whom to call, best first
   * @param capacityMinutes agent minutes there are today
   * @param plannedMinutes agent minutes that the calls take
   * @param pending tasks that wait, called today or not
   * @param blocked tasks left out, counted by reason: {@code no-consent}, {@code no-gain}, {@code
   *     beyond-capacity}
   */
  public record CallList(
      long campaignId,
      String campaign,
      Instant asOf,
      List<Call> calls,
      int capacityMinutes,
      int plannedMinutes,
      int pending,
      Map<String, Integer> blocked) {}

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
      Instant since) {}

  /** A campaign as others may know it. */
  public record CampaignName(long id, String name) {}

  private record Task(
      long id, long partyId, long customerId, double risk, List<String> reasons, Instant since) {

    /** The task with the risk of now; without one, as it was opened. */
    Task at(@Nullable RiskNow now) {
      return now == null ? this : new Task(id, partyId, customerId, now.risk(), reasons, since);
    }
  }

  private final DataSource database;
  private final Customers customers;
  private final Risks risks;
  private final BusinessClock clock;
  private final ObjectMapper json;

  CallLists(
      DataSource database,
      Customers customers,
      Risks risks,
      BusinessClock clock,
      ObjectMapper json) {
    this.database = database;
    this.customers = customers;
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
    List<Task> pending = pending(campaignId);
    Map<Long, RiskNow> now = risks.now(pending.stream().map(Task::customerId).toList());
    List<Task> tasks =
        new ArrayList<>(pending.stream().map(task -> task.at(now.get(task.customerId()))).toList());
    ExpectedGain gain = campaign.gain();
    tasks.sort(
        Comparator.comparingDouble((Task task) -> -gain.perMinute(task.risk()))
            .thenComparingLong(Task::id));
    Map<Long, ContactCard> cards =
        customers.contactCards(tasks.stream().map(Task::partyId).distinct().toList());
    Map<Long, String> names =
        customers.namesOf(tasks.stream().map(Task::customerId).distinct().toList());
    List<Call> calls = new ArrayList<>();
    Map<String, Integer> blocked = new TreeMap<>();
    double minutesLeft = campaign.capacityMinutes;
    for (Task task : tasks) {
      ContactCard card = cards.get(task.partyId());
      if (card == null || card.consent() != ContactCard.Consent.GRANTED) {
        blocked.merge("no-consent", 1, Integer::sum);
        continue;
      }
      if (gain.ofCall(task.risk()) <= 0) {
        blocked.merge("no-gain", 1, Integer::sum);
        continue;
      }
      if (minutesLeft < campaign.minutesPerCall) {
        blocked.merge("beyond-capacity", 1, Integer::sum);
        continue;
      }
      minutesLeft -= campaign.minutesPerCall;
      calls.add(
          new Call(
              calls.size() + 1,
              task.id(),
              names.getOrDefault(task.customerId(), "id:" + task.customerId()),
              card.displayName(),
              card.phone(),
              task.risk(),
              gain.ofCall(task.risk()),
              reasons(task, now.get(task.customerId())),
              card.zone(),
              task.since()));
    }
    return new CallList(
        campaignId,
        campaign.name,
        clock.now(),
        calls,
        campaign.capacityMinutes,
        (int) Math.round(campaign.capacityMinutes - minutesLeft),
        tasks.size(),
        blocked);
  }

  private static List<String> reasons(Task task, @Nullable RiskNow now) {
    return now == null ? task.reasons() : now.reasons().stream().map(Reason::words).toList();
  }

  /** The list as a CSV file that a spreadsheet opens with names and phones intact. */
  public String spreadsheet(CallList list) {
    return CallListCsv.of(list);
  }

  private List<Task> pending(long campaignId) {
    List<Task> tasks = new ArrayList<>();
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT id, party_id, customer_id, risk, reasons, created_at FROM call_task"
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
                  SqlTime.required(row, "created_at")));
        }
      }
    } catch (SQLException | JsonProcessingException failure) {
      throw new IllegalStateException("cannot read the call tasks", failure);
    }
    return tasks;
  }
}
