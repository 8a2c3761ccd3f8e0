package dev.holdfast.desk;

import dev.holdfast.campaign.Disposition;
import dev.holdfast.desk.AgentEffects.Past;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Leases;
import dev.holdfast.platform.SqlTime;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the counts of calls: whole days are counted anew for which an outcome was heard since the
 * last look, so that corrections are in them; and once a day the last month, since customers come
 * back after their call.
 */
@ApplicationScoped
class CallTallies {

  private static final String LEASE = "call-tallies";
  private static final Duration LONGEST = Duration.ofMinutes(10);

  /** A customer who comes back within it was kept by the conversation, as far as one can say. */
  private static final Duration SOON = Duration.ofDays(14);

  private static final int DAYS_ANEW = 30;

  /** Outcomes may become visible in another order than that of their numbers. */
  private static final int LOOK_BACK = 200;

  private final DataSource database;
  private final BusinessClock clock;
  private final Leases leases;

  CallTallies(DataSource database, BusinessClock clock, Leases leases) {
    this.database = database;
    this.clock = clock;
    this.leases = leases;
  }

  private record Progress(long outcome, long inbound, LocalDate day) {}

  /**
   * Counts what is new. Replicas take turns.
   *
   * @return how many days were counted anew
   */
  int update() {
    return leases.holding(LEASE, LONGEST, this::countNew).orElse(0);
  }

  private int countNew() {
    return QuarkusTransaction.requiringNew()
        .timeout((int) LONGEST.toSeconds())
        .call(
            () -> {
              try (Connection connection = database.getConnection()) {
                return countNew(connection);
              }
            });
  }

  private int countNew(Connection connection) throws SQLException {
    Progress before = progress(connection);
    LocalDate today = LocalDate.ofInstant(clock.now(), ZoneOffset.UTC);
    Progress now =
        new Progress(newest(connection, "outcome"), newest(connection, "inbound_call"), today);
    if (now.equals(before)) {
      return 0;
    }
    TreeSet<LocalDate> days = new TreeSet<>();
    if (now.outcome() > before.outcome()) {
      days.addAll(
          days(
              connection,
              "SELECT DISTINCT DATE(a.at) FROM outcome o JOIN contact_attempt a ON a.id ="
                  + " o.attempt_id WHERE o.id > ?",
              before.outcome()));
    }
    if (now.inbound() > before.inbound()) {
      days.addAll(
          days(
              connection,
              "SELECT DISTINCT DATE(ended_at) FROM inbound_call WHERE id > ?",
              before.inbound()));
    }
    if (!today.equals(before.day())) {
      for (int back = 0; back < DAYS_ANEW; back++) {
        days.add(today.minusDays(back));
      }
    }
    for (LocalDate day : days) {
      List<CallTally.Made> calls = outbound(connection, day);
      calls.addAll(inbound(connection, day));
      replace(connection, day, CallTally.of(calls));
    }
    remember(connection, now);
    return days.size();
  }

  private static Progress progress(Connection connection) throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT outcome_id, inbound_id, day FROM call_tally_progress WHERE id = 1 FOR"
                    + " UPDATE");
        ResultSet row = select.executeQuery()) {
      row.next();
      return new Progress(row.getLong(1), row.getLong(2), row.getObject(3, LocalDate.class));
    }
  }

  private static void remember(Connection connection, Progress progress) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE call_tally_progress SET outcome_id = ?, inbound_id = ?, day = ? WHERE id ="
                + " 1")) {
      update.setLong(1, progress.outcome());
      update.setLong(2, progress.inbound());
      update.setObject(3, progress.day());
      update.executeUpdate();
    }
  }

  private static long newest(Connection connection, String table) throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement("SELECT COALESCE(MAX(id), 0) FROM " + table);
        ResultSet row = select.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  private static List<LocalDate> days(Connection connection, String sql, long after)
      throws SQLException {
    List<LocalDate> days = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setLong(1, after - LOOK_BACK);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          days.add(row.getObject(1, LocalDate.class));
        }
      }
    }
    return days;
  }

  private static List<CallTally.Made> outbound(Connection connection, LocalDate day)
      throws SQLException {
    List<CallTally.Made> calls = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT a.at, a.actor, o.disposition, COALESCE(o.reason, '') AS reason,"
                + " COALESCE(t.skill, '') AS skill, p.zone, e.close_reason, e.closed_at, (SELECT"
                + " MAX(TIMESTAMPDIFF(SECOND, c.called_at, c.ended_at)) FROM desk_claim c WHERE"
                + " c.call_task_id = a.call_task_id AND c.end_reason = 'completed' AND c.called_at"
                + " BETWEEN a.at - INTERVAL 1 SECOND AND a.at + INTERVAL 1 SECOND) AS seconds FROM"
                + " contact_attempt a JOIN outcome o ON o.attempt_id = a.id JOIN call_task t ON"
                + " t.id = a.call_task_id LEFT JOIN party p ON p.id = a.party_id LEFT JOIN episode"
                + " e ON e.id = t.episode_id WHERE a.at >= ? AND a.at < ? AND NOT EXISTS (SELECT 1"
                + " FROM outcome s WHERE s.supersedes = o.id)")) {
      bind(select, day);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          Instant at = SqlTime.required(row, "at");
          Instant closed = SqlTime.read(row, "closed_at");
          calls.add(
              new CallTally.Made(
                  row.getString("actor"),
                  hour(at, row.getString("zone")),
                  row.getString("skill"),
                  row.getString("reason"),
                  Disposition.of(row.getString("disposition")),
                  false,
                  "returned".equals(row.getString("close_reason"))
                      && closed != null
                      && closed.isAfter(at)
                      && closed.isBefore(at.plus(SOON)),
                  row.getObject("seconds", Integer.class)));
        }
      }
    }
    return calls;
  }

  private static List<CallTally.Made> inbound(Connection connection, LocalDate day)
      throws SQLException {
    List<CallTally.Made> calls = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT i.ended_at, i.agent, i.disposition, COALESCE(i.reason, '') AS reason, i.skill,"
                + " i.seconds, p.zone FROM inbound_call i LEFT JOIN customer c ON c.id ="
                + " i.customer_id LEFT JOIN party p ON p.id = c.party_id WHERE i.ended_at >= ? AND"
                + " i.ended_at < ?")) {
      bind(select, day);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          calls.add(
              new CallTally.Made(
                  row.getString("agent"),
                  hour(SqlTime.required(row, "ended_at"), row.getString("zone")),
                  row.getString("skill"),
                  row.getString("reason"),
                  Disposition.of(row.getString("disposition")),
                  true,
                  false,
                  row.getObject("seconds", Integer.class)));
        }
      }
    }
    return calls;
  }

  private static void bind(PreparedStatement select, LocalDate day) throws SQLException {
    SqlTime.set(select, 1, day.atStartOfDay().toInstant(ZoneOffset.UTC));
    SqlTime.set(select, 2, day.plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC));
  }

  private static int hour(Instant at, @Nullable String zone) {
    try {
      return at.atZone(zone == null ? ZoneOffset.UTC : ZoneId.of(zone)).getHour();
    } catch (DateTimeException unknown) {
      return at.atZone(ZoneOffset.UTC).getHour();
    }
  }

  private static void replace(
      Connection connection, LocalDate day, Map<CallTally.Key, CallTally.Count> counts)
      throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM call_tally WHERE day = ?")) {
      delete.setDate(1, Date.valueOf(day));
      delete.executeUpdate();
    }
    // To the database, names that differ by blanks at the end are one.
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO call_tally (day, agent, hour, skill, reason, disposition, inbound, calls,"
                + " kept, timed, seconds) VALUES (?,?,?,?,?,?,?,?,?,?,?) ON DUPLICATE KEY UPDATE calls ="
                + " calls + VALUES(calls), kept = kept + VALUES(kept), timed = timed +"
                + " VALUES(timed), seconds = seconds + VALUES(seconds)")) {
      for (Map.Entry<CallTally.Key, CallTally.Count> one : counts.entrySet()) {
        CallTally.Key key = one.getKey();
        insert.setObject(1, day);
        insert.setString(2, key.agent());
        insert.setInt(3, key.hour());
        insert.setString(4, key.skill());
        insert.setString(5, key.reason());
        insert.setString(6, key.disposition().wireName());
        insert.setBoolean(7, key.inbound());
        insert.setInt(8, one.getValue().calls());
        insert.setInt(9, one.getValue().kept());
        insert.setInt(10, one.getValue().timed());
        insert.setLong(11, one.getValue().seconds());
        insert.addBatch();
      }
      if (!counts.isEmpty()) {
        insert.executeBatch();
      }
    }
  }

  /**
   * What agents did in the last {@code days}, as their effect is read from it. An inbound call that
   * was merely reached is left out: who calls comes back or not for other reasons than the call.
   */
  List<Past> pasts(int days) {
    List<Past> pasts = new ArrayList<>();
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT agent, skill, reason, SUM(IF(disposition IN ("
                    + words(Disposition::isConversation)
                    + ") AND NOT (inbound AND disposition = 'reached'), calls, 0)) AS conversations, SUM(IF(disposition IN ("
                    + words(Disposition::endsWell)
                    + "), calls, kept)) AS good, SUM(timed) AS timed, SUM(seconds) AS seconds FROM"
                    + " call_tally WHERE day >= ? GROUP BY agent, skill, reason ORDER BY agent,"
                    + " skill, reason")) {
      select.setObject(1, LocalDate.ofInstant(clock.now(), ZoneOffset.UTC).minusDays(days));
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          pasts.add(
              new Past(
                  row.getString("agent"),
                  row.getString("skill"),
                  row.getString("reason"),
                  row.getInt("conversations"),
                  row.getInt("good"),
                  row.getInt("timed"),
                  row.getLong("seconds")));
        }
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("the counts of calls cannot be read", failure);
    }
    return pasts;
  }

  /**
   * Outbound calls of an agent or an hour, and how many of them reached nobody.
   *
   * @param of the agent, or the hour from 0 to 23 where the customers are
   * @param futile without an answer, busy, or of a wrong number
   */
  record Futile(String of, int calls, int noAnswer, int busy, int wrongNumber, int futile) {

    /** Of all calls, in [0, 1]; 0 without any. */
    double share() {
      return calls == 0 ? 0 : (double) futile / calls;
    }
  }

  /** Futile calls by agent, the most first. */
  List<Futile> futileByAgent(LocalDate from, LocalDate to) {
    return futile("agent", "futile DESC, agent", from, to);
  }

  /** Futile calls by the hour where the customers are. */
  List<Futile> futileByHour(LocalDate from, LocalDate to) {
    return futile("hour", "hour", from, to);
  }

  private List<Futile> futile(String by, String order, LocalDate from, LocalDate to) {
    List<Futile> rows = new ArrayList<>();
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT "
                    + by
                    + ", SUM(calls) AS calls, SUM(IF(disposition = 'no-answer', calls, 0)) AS"
                    + " no_answer, SUM(IF(disposition = 'busy', calls, 0)) AS busy,"
                    + " SUM(IF(disposition = 'wrong-number', calls, 0)) AS wrong_number,"
                    + " SUM(IF(disposition IN ("
                    + words(Disposition::reachesNobody)
                    + "), calls, 0)) AS futile FROM call_tally WHERE NOT inbound AND day >= ? AND"
                    + " day <= ? GROUP BY "
                    + by
                    + " ORDER BY "
                    + order)) {
      select.setObject(1, from);
      select.setObject(2, to);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          rows.add(
              new Futile(
                  row.getString(1),
                  row.getInt("calls"),
                  row.getInt("no_answer"),
                  row.getInt("busy"),
                  row.getInt("wrong_number"),
                  row.getInt("futile")));
        }
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("the counts of calls cannot be read", failure);
    }
    return rows;
  }

  private static String words(Predicate<Disposition> which) {
    return Arrays.stream(Disposition.values())
        .filter(which)
        .map(one -> "'" + one.wireName() + "'")
        .collect(Collectors.joining(","));
  }
}
