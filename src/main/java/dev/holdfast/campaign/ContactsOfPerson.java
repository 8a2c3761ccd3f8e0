package dev.holdfast.campaign;

import dev.holdfast.customer.Customers;
import dev.holdfast.customer.Person;
import dev.holdfast.customer.PersonalData;
import dev.holdfast.customer.PersonalDocument;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Jdbc;
import dev.holdfast.platform.Outbox;
import dev.holdfast.platform.OutboxMessage;
import dev.holdfast.platform.SqlTime;
import dev.holdfast.platform.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What campaigns decided about a person, and what we did. The ledger stays: it holds internal
 * numbers only, and without it the arms would not be as the lot drew them.
 */
@ApplicationScoped
class ContactsOfPerson implements PersonalData {

  private static final long NOBODY = 0;

  private static final String TASKS_OF =
      "SELECT t.id FROM episode e JOIN call_task t ON t.episode_id = e.id WHERE e.customer_id IN"
          + " (:ids)";

  private final Customers customers;
  private final Outbox outbox;
  private final BusinessClock clock;

  ContactsOfPerson(Customers customers, Outbox outbox, BusinessClock clock) {
    this.customers = customers;
    this.outbox = outbox;
    this.clock = clock;
  }

  @Override
  public void export(Connection connection, Person person, PersonalDocument document)
      throws SQLException, IOException {
    Set<Long> customerIds = person.customerIds();
    Set<Long> partyIds = person.partyIds();
    document.rows(
        connection,
        "episodes",
        "SELECT e.id AS number, c.name AS campaign, e.run, e.cause, e.risk, m.version AS model,"
            + " e.arm, e.opened_at AS openedAt, e.closed_at AS closedAt, e.close_reason AS"
            + " closeReason FROM episode e JOIN campaign c ON c.id = e.campaign_id LEFT JOIN model"
            + " m ON m.id = e.model_id WHERE e.customer_id IN (:ids) ORDER BY e.id",
        customerIds);
    document.rows(
        connection,
        "assignments",
        "SELECT l.episode_id AS episode, c.name AS campaign, l.run, l.arm, l.treatment_share AS"
            + " treatmentShare, l.assigned_at AS assignedAt FROM ledger l JOIN campaign c ON c.id ="
            + " l.campaign_id JOIN episode e ON e.id = l.episode_id WHERE e.customer_id IN (:ids)"
            + " ORDER BY l.episode_id",
        customerIds);
    document.rows(
        connection,
        "callTasks",
        "SELECT t.id AS number, t.episode_id AS episode, t.state, t.risk, t.reasons, t.created_at"
            + " AS createdAt, t.finished_at AS finishedAt, t.finish_reason AS finishReason,"
            + " t.customer_value AS customerValue, t.minutes, t.priority, t.effect_from AS"
            + " effectFrom, t.language, t.skill, t.waiting_until AS waitingUntil FROM episode e"
            + " JOIN call_task t ON t.episode_id = e.id WHERE e.customer_id IN (:ids) ORDER BY"
            + " t.id",
        customerIds,
        "reasons");
    document.rows(
        connection,
        "attempts",
        "SELECT id AS number, call_task_id AS callTask, channel, at, actor FROM contact_attempt"
            + " WHERE party_id IN (:ids) ORDER BY id",
        partyIds);
    document.rows(
        connection,
        "sharedAttempts",
        "SELECT s.channel, s.at FROM attempt_shared s WHERE s.party_id IN (:ids) AND NOT EXISTS"
            + " (SELECT 1 FROM contact_attempt w WHERE w.id = s.attempt_id AND w.party_id ="
            + " s.party_id) ORDER BY s.at, s.attempt_id",
        partyIds);
    document.rows(
        connection,
        "outcomes",
        "SELECT o.call_task_id AS callTask, o.attempt_id AS attempt, o.disposition, o.reason,"
            + " o.note, o.call_back_at AS callBackAt, o.recorded_at AS recordedAt, o.recorded_by AS"
            + " recordedBy, o.supersedes FROM contact_attempt a JOIN outcome o ON o.attempt_id ="
            + " a.id WHERE a.party_id IN (:ids) ORDER BY o.id",
        partyIds);
    document.rows(
        connection,
        "blocks",
        "SELECT at, call_task_id AS callTask, stage, rule, reason, until, policy AS policyVersion"
            + " FROM contact_block WHERE party_id IN (:ids) ORDER BY id",
        partyIds);
    document.rows(
        connection,
        "invitations",
        "SELECT c.name AS campaign, i.silent_since AS silentSince FROM invited i JOIN campaign c ON"
            + " c.id = i.campaign_id WHERE i.customer_id IN (:ids)",
        customerIds);
    doNotContact(connection, partyIds, document);
  }

  private void doNotContact(Connection connection, Set<Long> partyIds, PersonalDocument document)
      throws SQLException, IOException {
    Set<Long> entries = DoNotContact.about(connection, numbers(partyIds));
    entries.addAll(
        Jdbc.ids(connection, "SELECT id FROM do_not_contact WHERE party_id IN (:ids)", partyIds));
    document.rows(
        connection,
        "doNotContact",
        "SELECT d.since, d.origin, d.recorded_by AS recordedBy, d.lifted_at AS liftedAt,"
            + " d.lifted_by AS liftedBy, d.lift_reason AS liftReason, d.number_key AS numberEnd"
            + " FROM do_not_contact d WHERE d.id IN (:ids) ORDER BY d.id",
        entries);
  }

  private Set<NumberEnd> numbers(Set<Long> partyIds) {
    Set<NumberEnd> numbers = new HashSet<>();
    for (String channel : List.of("phone", "sms")) {
      for (List<String> all : customers.contactPoints(partyIds, channel).values()) {
        all.forEach(number -> NumberEnd.of(number).ifPresent(numbers::add));
      }
    }
    return numbers;
  }

  @Override
  public List<String> auditSubjects(Connection connection, Person person) throws SQLException {
    List<String> subjects = new ArrayList<>();
    for (long task : Jdbc.ids(connection, TASKS_OF, person.customerIds())) {
      subjects.add("call-task:" + task);
    }
    for (long outcome :
        Jdbc.ids(
            connection,
            "SELECT o.id FROM contact_attempt a JOIN outcome o ON o.attempt_id = a.id WHERE"
                + " a.party_id IN (:ids)",
            person.partyIds())) {
      subjects.add("outcome:" + outcome);
    }
    return subjects;
  }

  /**
   * Takes the calls off every list and tells those who took them elsewhere; who must not be called
   * is forbidden by number from now on.
   */
  @Override
  public void settle(Connection connection, Person person, String actor) throws SQLException {
    // Outcomes are written under the locks of their tasks.
    Jdbc.ids(connection, TASKS_OF + " ORDER BY t.id FOR UPDATE", person.customerIds());
    cancelCalls(connection, person.customerIds());
    if (!person.partyIds().isEmpty()) {
      forbidNumbers(connection, person.partyIds(), actor);
    }
  }

  private void cancelCalls(Connection connection, Set<Long> customerIds) throws SQLException {
    String sql =
        "SELECT e.id, e.customer_id, c.name FROM episode e JOIN call_task t ON t.episode_id = e.id"
            + " JOIN campaign c ON c.id = e.campaign_id WHERE e.customer_id IN (:ids) AND t.state ="
            + " 'pending'";
    Map<Long, String> names = customers.namesOf(customerIds);
    Instant now = clock.now();
    List<OutboxMessage> messages = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(Jdbc.ofIds(sql, customerIds))) {
      Jdbc.bindIds(select, sql, customerIds);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          String name = names.getOrDefault(row.getLong(2), "id:" + row.getLong(2));
          messages.add(
              new OutboxMessage(
                  Topics.CALL_TASKS,
                  name,
                  "call-task.cancelled",
                  Triggers.CallTaskMessage.cancelled(
                      row.getLong(1), row.getString(3), name, "erased", now)));
        }
      }
    }
    outbox.addAll(messages);
  }

  /** An entry by person would go with the party; the person does not want to be called the less. */
  private void forbidNumbers(Connection connection, Set<Long> partyIds, String actor)
      throws SQLException {
    Set<NumberEnd> numbers = numbers(partyIds);
    Set<Long> entries = DoNotContact.about(connection, numbers);
    // Of what is in force only the end of the number is needed, of what was lifted nothing.
    Jdbc.change(
        connection,
        "DELETE FROM do_not_contact WHERE id IN (:ids) AND lifted_at IS NOT NULL",
        entries);
    Jdbc.change(
        connection,
        "UPDATE do_not_contact SET origin = 'erased', number_before = NULL WHERE id IN (:ids)",
        entries);
    boolean forbidden =
        !Jdbc.ids(
                connection,
                "SELECT id FROM do_not_contact WHERE lifted_at IS NULL AND party_id IN (:ids)",
                partyIds)
            .isEmpty();
    if (!forbidden) {
      return;
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO do_not_contact (number_key, since, origin, recorded_by) SELECT ?, ?,"
                + " 'erased', ? WHERE NOT EXISTS (SELECT 1 FROM do_not_contact WHERE number_tail ="
                + " ? AND number_key = ? AND number_before IS NULL AND lifted_at IS NULL)")) {
      for (String end : numbers.stream().map(NumberEnd::end).distinct().sorted().toList()) {
        insert.setString(1, end);
        SqlTime.set(insert, 2, clock.now());
        insert.setString(3, actor);
        insert.setString(4, new NumberEnd(end, null).tail());
        insert.setString(5, end);
        insert.executeUpdate();
      }
    }
  }

  /**
   * Where the party stays, so do the attempts to reach it, from which caps and waits are counted,
   * and bare cases, by which its lot and its cool-down are known; what was said goes.
   */
  @Override
  public void erase(Connection connection, Person person) throws SQLException {
    Set<Long> customerIds = person.customerIds();
    Set<Long> partyIds = person.partyIds();
    List<Long> tasks = Jdbc.ids(connection, TASKS_OF, customerIds);
    if (partyIds.isEmpty()) {
      for (List<Long> some : Jdbc.chunks(tasks)) {
        Jdbc.change(
            connection,
            "UPDATE outcome SET note = NULL, reason = NULL WHERE call_task_id IN (:ids)",
            some);
      }
      makeBare(connection, customerIds);
    } else {
      eraseParties(connection, partyIds);
      Jdbc.change(connection, "DELETE FROM episode WHERE customer_id IN (:ids)", customerIds);
      for (List<Long> some : Jdbc.chunks(tasks)) {
        Jdbc.change(
            connection,
            "DELETE r FROM outcome o JOIN outcome_report r ON r.outcome_id = o.id WHERE"
                + " o.call_task_id IN (:ids)",
            some);
        Jdbc.change(connection, "DELETE FROM outcome WHERE call_task_id IN (:ids)", some);
        Jdbc.change(connection, "DELETE FROM contact_attempt WHERE call_task_id IN (:ids)", some);
      }
    }
    for (List<Long> some : Jdbc.chunks(tasks)) {
      Jdbc.change(connection, "DELETE FROM contact_block WHERE call_task_id IN (:ids)", some);
      Jdbc.change(connection, "DELETE FROM call_task WHERE id IN (:ids)", some);
    }
    Jdbc.change(
        connection,
        "DELETE i FROM campaign c JOIN invited i ON i.campaign_id = c.id WHERE i.customer_id IN"
            + " (:ids)",
        customerIds);
  }

  private void makeBare(Connection connection, Set<Long> customerIds) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE episode SET customer_id = ?, risk = 0, for_day = NULL, closed_at ="
                + " COALESCE(closed_at, ?), close_reason = COALESCE(close_reason, 'erased'),"
                + " open_marker = NULL WHERE customer_id = ?")) {
      for (long customer : customerIds) {
        update.setLong(1, NOBODY);
        SqlTime.set(update, 2, clock.now());
        update.setLong(3, customer);
        update.executeUpdate();
      }
    }
  }

  private static void eraseParties(Connection connection, Set<Long> partyIds) throws SQLException {
    Jdbc.change(
        connection,
        "DELETE r FROM contact_attempt a JOIN outcome o ON o.attempt_id = a.id JOIN outcome_report"
            + " r ON r.outcome_id = o.id WHERE a.party_id IN (:ids)",
        partyIds);
    Jdbc.change(
        connection,
        "DELETE o FROM contact_attempt a JOIN outcome o ON o.attempt_id = a.id WHERE a.party_id IN"
            + " (:ids)",
        partyIds);
    Jdbc.change(connection, "DELETE FROM contact_attempt WHERE party_id IN (:ids)", partyIds);
    // What counts for others stays: they were called, whoever is forgotten.
    Jdbc.change(connection, "DELETE FROM attempt_shared WHERE party_id IN (:ids)", partyIds);
    Jdbc.change(connection, "DELETE FROM contact_block WHERE party_id IN (:ids)", partyIds);
    Jdbc.change(connection, "DELETE FROM call_task WHERE party_id IN (:ids)", partyIds);
    Jdbc.change(connection, "DELETE FROM episode WHERE party_id IN (:ids)", partyIds);
    Jdbc.change(connection, "DELETE FROM do_not_contact WHERE party_id IN (:ids)", partyIds);
  }
}
