package dev.holdfast.desk;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.campaign.ContactHistory;
import dev.holdfast.campaign.ContactHistory.Attempt;
import dev.holdfast.campaign.Disposition;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventStore;
import dev.holdfast.platform.Jdbc;
import dev.holdfast.platform.SqlTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** What happened lately between a customer and us, and what is still to be done. */
@ApplicationScoped
public class LatestSteps {

  /** More than these nobody reads while the telephone rings. */
  private static final int MOST = 50;

  private final DataSource database;
  private final EventStore events;
  private final ContactHistory contacts;
  private final ObjectMapper json;

  LatestSteps(DataSource database, EventStore events, ContactHistory contacts, ObjectMapper json) {
    this.database = database;
    this.events = events;
    this.contacts = contacts;
    this.json = json;
  }

  /**
   * One step.
   *
   * @param kind kind of the event, {@code call} for one that we made or {@code inbound-call}
   * @param what name of the event, or what came of the call
   * @param channel of the event, or the campaign of the call; absent if unknown
   * @param by agent of a call, absent for an event
   * @param note of the agent, absent if there is none
   */
  public record Step(
      Instant at,
      String kind,
      String what,
      @Nullable String channel,
      @Nullable String by,
      @Nullable String note) {}

  /**
   * A call that is still to be made.
   *
   * @param reasons in plain words
   * @param agent who has it in hand, absent if nobody has
   * @param value margin kept by a save, absent for the campaign's
   */
  public record OpenTask(
      long id,
      String campaign,
      Instant since,
      double risk,
      List<String> reasons,
      @Nullable String agent,
      @Nullable Double value) {}

  /** The steps since an instant, newest first, at most 50. */
  public List<Step> of(List<Long> customerIds, long partyId, Instant since) {
    List<Step> steps = new ArrayList<>();
    for (long customer : customerIds) {
      for (Event event : events.recentOf(customer, since, MOST)) {
        steps.add(
            new Step(
                event.occurredAt(),
                event.kind().wireName(),
                event.name(),
                event.channel(),
                null,
                null));
      }
    }
    contacts.attempts(partyId, MOST).stream()
        .filter(attempt -> !attempt.at().isBefore(since))
        .map(LatestSteps::step)
        .forEach(steps::add);
    try (Connection connection = database.getConnection()) {
      inbound(connection, customerIds, since, steps);
    } catch (SQLException failure) {
      throw new IllegalStateException("the latest calls cannot be read", failure);
    }
    return steps.stream().sorted(Comparator.comparing(Step::at).reversed()).limit(MOST).toList();
  }

  private static Step step(Attempt attempt) {
    Disposition disposition = attempt.disposition();
    return new Step(
        attempt.at(),
        "call",
        disposition == null ? "calling" : disposition.wireName(),
        attempt.campaign(),
        attempt.actor(),
        attempt.note());
  }

  private static void inbound(
      Connection connection, List<Long> customerIds, Instant since, List<Step> steps)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT ended_at, agent, skill, disposition FROM inbound_call WHERE customer_id IN ("
                + Jdbc.marks(customerIds.size())
                + ") AND ended_at >= ? ORDER BY ended_at DESC LIMIT ?")) {
      int at = 1;
      for (long customer : customerIds) {
        select.setLong(at++, customer);
      }
      SqlTime.set(select, at++, since);
      select.setInt(at, MOST);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          steps.add(
              new Step(
                  SqlTime.required(row, "ended_at"),
                  "inbound-call",
                  row.getString("disposition"),
                  row.getString("skill"),
                  row.getString("agent"),
                  null));
        }
      }
    }
  }

  /** The calls of a party that are still to be made, oldest first. */
  public List<OpenTask> openTasks(long partyId) {
    List<OpenTask> tasks = new ArrayList<>();
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT t.id, c.name, t.created_at, t.risk, t.reasons, t.customer_value, (SELECT"
                    + " h.agent FROM desk_claim h WHERE h.call_task_id = t.id AND h.open_marker ="
                    + " 1) AS agent FROM call_task t JOIN campaign c ON c.id = t.campaign_id WHERE"
                    + " t.party_id = ? AND t.state = 'pending' ORDER BY t.id")) {
      select.setLong(1, partyId);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          tasks.add(
              new OpenTask(
                  row.getLong("id"),
                  row.getString("name"),
                  SqlTime.required(row, "created_at"),
                  row.getDouble("risk"),
                  json.readValue(row.getString("reasons"), new TypeReference<List<String>>() {}),
                  row.getString("agent"),
                  row.getObject("customer_value", Double.class)));
        }
      }
    } catch (SQLException | JsonProcessingException failure) {
      throw new IllegalStateException("the open calls cannot be read", failure);
    }
    return tasks;
  }
}
