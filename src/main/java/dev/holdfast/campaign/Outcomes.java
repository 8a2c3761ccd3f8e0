package dev.holdfast.campaign;

import dev.holdfast.access.Audit;
import dev.holdfast.customer.Customers;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.SqlTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Attempts to call and what came of them. Nothing is rewritten: a correction is a further outcome
 * of the same attempt that supersedes the one before.
 */
@ApplicationScoped
public class Outcomes {

  private static final Duration LONGEST_PROMISE = Duration.ofDays(90);

  /** How old an attempt may be that is reported from elsewhere. */
  private static final Duration OLDEST_ATTEMPT = Duration.ofDays(30);

  private final DataSource database;
  private final Customers customers;
  private final DoNotContact doNotContact;
  private final ContactPolicies policies;
  private final BusinessClock clock;
  private final Audit audit;

  Outcomes(
      DataSource database,
      Customers customers,
      DoNotContact doNotContact,
      ContactPolicies policies,
      BusinessClock clock,
      Audit audit) {
    this.database = database;
    this.customers = customers;
    this.doNotContact = doNotContact;
    this.policies = policies;
    this.clock = clock;
    this.audit = audit;
  }

  /**
   * What was recorded, and the state of the task after it.
   *
   * @param supersedes the outcome that this one corrects, absent if it is the first of its attempt
   */
  public record OutcomeView(
      long id,
      long taskId,
      Disposition disposition,
      @Nullable OutcomeReason reason,
      @Nullable String note,
      @Nullable Instant callBackAt,
      Instant recordedAt,
      String recordedBy,
      @Nullable Long supersedes,
      String taskState) {}

  private record Task(long id, long partyId, String state, boolean episodeOpen) {}

  /**
   * Notes that somebody is about to call, in the caller's transaction; the caller holds the party's
   * lock and has asked the policy.
   *
   * @return the id of the attempt
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public long attempt(long taskId, long partyId, String actor) {
    try (Connection connection = database.getConnection()) {
      return attempt(connection, taskId, partyId, clock.now(), actor);
    } catch (SQLException failure) {
      throw new IllegalStateException("an attempt cannot be recorded", failure);
    }
  }

  /**
   * Records what came of a call: of the newest attempt of the task that has no outcome yet, or, if
   * the report says when it took place, of one made elsewhere. Nobody answered: the task waits by
   * the policy's plan and is done as {@code unreachable} after the last attempt. Do-not-contact and
   * wrong-number forbid contact at once.
   *
   * @throws Problem 404 if there is no such task, 400 if times contradict each other
   */
  @Transactional
  public OutcomeView record(long taskId, OutcomeReport report, String actor) {
    return record(taskId, report, actor, actor);
  }

  /** As {@link #record(long, OutcomeReport, String)}, for an agent whose calls another reports. */
  @Transactional
  OutcomeView record(long taskId, OutcomeReport report, String agent, String actor) {
    Instant now = clock.now();
    check(report, now);
    try (Connection connection = database.getConnection()) {
      Task task = lock(connection, taskId);
      Instant elsewhere = report.contactedAt();
      // Of a call made elsewhere, the open attempt is another one: somebody may be talking.
      OptionalLong open =
          elsewhere == null ? openAttempt(connection, taskId) : OptionalLong.empty();
      Instant at = elsewhere == null ? now : elsewhere;
      long attempt =
          open.isPresent()
              ? open.getAsLong()
              : attempt(connection, taskId, task.partyId(), at, agent);
      return save(connection, task, attempt, report, now, actor, null);
    } catch (SQLException failure) {
      throw new IllegalStateException("an outcome cannot be recorded", failure);
    }
  }

  /**
   * Corrects an outcome by a new one. What an earlier do-not-contact forbade stays forbidden until
   * somebody lifts it.
   *
   * @param anybodys false if the actor may correct only outcomes of its own
   * @throws Problem 404 if there is no such outcome, 403 if it is somebody else's, 409 if it was
   *     corrected already
   */
  @Transactional
  public OutcomeView correct(
      long taskId, long outcomeId, OutcomeReport report, String actor, boolean anybodys) {
    Instant now = clock.now();
    check(report, now);
    try (Connection connection = database.getConnection()) {
      long attempt;
      try (PreparedStatement select =
          connection.prepareStatement(
              "SELECT attempt_id, recorded_by FROM outcome WHERE id = ? AND call_task_id = ?")) {
        select.setLong(1, outcomeId);
        select.setLong(2, taskId);
        try (ResultSet row = select.executeQuery()) {
          if (!row.next()) {
            throw Problem.notFound("Call task " + taskId + " has no outcome " + outcomeId);
          }
          if (!anybodys && !row.getString(2).equals(actor)) {
            throw Problem.of(
                403, "Forbidden", "An agent corrects outcomes of its own; ask a retention lead.");
          }
          attempt = row.getLong(1);
        }
      }
      Task task = lock(connection, taskId);
      OutcomeView corrected = save(connection, task, attempt, report, now, actor, outcomeId);
      audit.record(
          actor, "outcome.correct", "outcome:" + outcomeId, "superseded by " + corrected.id());
      return corrected;
    } catch (SQLIntegrityConstraintViolationException already) {
      throw Problem.conflict(
          "Outcome " + outcomeId + " was corrected already; correct the newer one.");
    } catch (SQLException failure) {
      throw new IllegalStateException("an outcome cannot be corrected", failure);
    }
  }

  /**
   * All outcomes of a task, oldest first, superseded ones included.
   *
   * @throws Problem 404 if there is no such task
   */
  public List<OutcomeView> of(long taskId) {
    List<OutcomeView> outcomes = new ArrayList<>();
    try (Connection connection = database.getConnection()) {
      Task task = read(connection, taskId, "");
      try (PreparedStatement select =
          connection.prepareStatement(
              "SELECT id, disposition, reason, note, call_back_at, recorded_at, recorded_by,"
                  + " supersedes FROM outcome WHERE call_task_id = ? ORDER BY id")) {
        select.setLong(1, taskId);
        try (ResultSet row = select.executeQuery()) {
          while (row.next()) {
            String reason = row.getString("reason");
            long supersedes = row.getLong("supersedes");
            boolean first = row.wasNull();
            outcomes.add(
                new OutcomeView(
                    row.getLong("id"),
                    taskId,
                    Disposition.of(row.getString("disposition")),
                    reason == null ? null : OutcomeReason.of(reason),
                    row.getString("note"),
                    SqlTime.read(row, "call_back_at"),
                    SqlTime.required(row, "recorded_at"),
                    row.getString("recorded_by"),
                    first ? null : supersedes,
                    task.state()));
          }
        }
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("outcomes cannot be read", failure);
    }
    return outcomes;
  }

  private static void check(OutcomeReport report, Instant now) {
    Instant callBackAt = report.callBackAt();
    boolean callBack = report.disposition() == Disposition.CALL_BACK;
    if (callBackAt != null && !callBack) {
      throw Problem.badRequest("callBackAt belongs to call-back, not to another disposition.");
    }
    if (callBackAt != null
        && (!callBackAt.isAfter(now) || callBackAt.isAfter(now.plus(LONGEST_PROMISE)))) {
      throw Problem.badRequest(
          "callBackAt must lie within the next 90 days, was " + callBackAt + ", now is " + now);
    }
    Instant contactedAt = report.contactedAt();
    if (contactedAt != null
        && (contactedAt.isAfter(now) || contactedAt.isBefore(now.minus(OLDEST_ATTEMPT)))) {
      throw Problem.badRequest(
          "contactedAt must lie within the last 30 days, was " + contactedAt + ", now is " + now);
    }
  }

  private OutcomeView save(
      Connection connection,
      Task task,
      long attempt,
      OutcomeReport report,
      Instant now,
      String actor,
      @Nullable Long supersedes)
      throws SQLException {
    long id;
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO outcome (call_task_id, disposition, note, recorded_at, recorded_by,"
                + " attempt_id, reason, call_back_at, supersedes) VALUES (?,?,?,?,?,?,?,?,?)"
                + " RETURNING id")) {
      insert.setLong(1, task.id());
      insert.setString(2, report.disposition().wireName());
      insert.setString(3, report.note());
      SqlTime.set(insert, 4, now);
      insert.setString(5, actor);
      insert.setLong(6, attempt);
      insert.setString(7, report.reason() == null ? null : report.reason().wireName());
      SqlTime.set(insert, 8, report.callBackAt());
      insert.setObject(9, supersedes);
      try (ResultSet row = insert.executeQuery()) {
        row.next();
        id = row.getLong(1);
      }
    }
    String state = move(connection, task, report.disposition(), now, supersedes != null);
    String origin = "outcome of call task " + task.id();
    if (report.disposition() == Disposition.DO_NOT_CONTACT) {
      doNotContact.forbidParty(task.partyId(), origin, actor);
    } else if (report.disposition() == Disposition.WRONG_NUMBER) {
      Map<Long, List<String>> numbers =
          customers.contactPoints(List.of(task.partyId()), ContactFacts.PHONE);
      for (String number :
          numbers.getOrDefault(task.partyId(), List.of()).stream().limit(1).toList()) {
        doNotContact.forbidWrongNumber(number, "wrong number, " + origin, actor);
      }
    }
    return new OutcomeView(
        id,
        task.id(),
        report.disposition(),
        report.reason(),
        report.note(),
        report.callBackAt(),
        now,
        actor,
        supersedes,
        state);
  }

  /** Where the outcome leaves the task; a correction may reopen one that the first had ended. */
  private String move(
      Connection connection, Task task, Disposition disposition, Instant now, boolean correction)
      throws SQLException {
    boolean unreachable =
        !disposition.finishes()
            && disposition != Disposition.CALL_BACK
            && unansweredOf(connection, task.id()) >= policies.inForce().policy().retry().most();
    if (disposition.finishes() || unreachable) {
      boolean may = task.state().equals("pending") || (correction && task.state().equals("done"));
      if (!may) {
        return task.state();
      }
      set(connection, task.id(), "done", unreachable ? "unreachable" : disposition.wireName(), now);
      return "done";
    }
    if (correction && task.state().equals("done") && task.episodeOpen()) {
      set(connection, task.id(), "pending", null, null);
      return "pending";
    }
    return task.state();
  }

  private static void set(
      Connection connection,
      long taskId,
      String state,
      @Nullable String reason,
      @Nullable Instant finishedAt)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE call_task SET state = ?, finish_reason = ?, finished_at = ? WHERE id = ?")) {
      update.setString(1, state);
      update.setString(2, reason);
      SqlTime.set(update, 3, finishedAt);
      update.setLong(4, taskId);
      update.executeUpdate();
    }
  }

  /** Unanswered attempts of the task since the last answered one. */
  private static int unansweredOf(Connection connection, long taskId) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT o.disposition FROM outcome o JOIN contact_attempt a ON a.id = o.attempt_id"
                + " WHERE o.call_task_id = ? AND NOT EXISTS (SELECT 1 FROM outcome s WHERE"
                + " s.supersedes = o.id) ORDER BY a.at DESC, a.id DESC")) {
      select.setLong(1, taskId);
      int unanswered = 0;
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          Disposition disposition = Disposition.of(row.getString(1));
          if (disposition.finishes() || disposition == Disposition.CALL_BACK) {
            break;
          }
          unanswered++;
        }
      }
      return unanswered;
    }
  }

  private static OptionalLong openAttempt(Connection connection, long taskId) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT a.id FROM contact_attempt a WHERE a.call_task_id = ? AND NOT EXISTS (SELECT 1"
                + " FROM outcome o WHERE o.attempt_id = a.id) ORDER BY a.id DESC LIMIT 1")) {
      select.setLong(1, taskId);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
      }
    }
  }

  private static long attempt(
      Connection connection, long taskId, long partyId, Instant at, String actor)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO contact_attempt (party_id, call_task_id, channel, at, actor) VALUES"
                + " (?,?,?,?,?) RETURNING id")) {
      insert.setLong(1, partyId);
      insert.setLong(2, taskId);
      insert.setString(3, ContactFacts.PHONE);
      SqlTime.set(insert, 4, at);
      insert.setString(5, actor);
      try (ResultSet row = insert.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  /** The party first, then the task: the order of all who contact. */
  private Task lock(Connection connection, long taskId) throws SQLException {
    customers.lockParties(connection, List.of(read(connection, taskId, "").partyId()));
    return read(connection, taskId, " FOR UPDATE");
  }

  private static Task read(Connection connection, long taskId, String lock) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT id, party_id, state, (SELECT e.open_marker FROM"
                + " episode e WHERE e.id = call_task.episode_id) AS open FROM call_task WHERE id ="
                + " ?"
                + lock)) {
      select.setLong(1, taskId);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          throw Problem.notFound("There is no call task " + taskId);
        }
        return new Task(
            row.getLong("id"),
            row.getLong("party_id"),
            row.getString("state"),
            row.getInt("open") == 1);
      }
    }
  }
}
