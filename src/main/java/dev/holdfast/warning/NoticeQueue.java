package dev.holdfast.warning;

import dev.holdfast.access.UserEmails;
import dev.holdfast.calendar.Calendars;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.SqlTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The {@link Notices} that wait, for the {@link NoticeRelay}: which is due, who has it in hand, and
 * what became of it.
 */
@ApplicationScoped
class NoticeQueue {

  private static final int LONGEST_WHY = 500;

  /** Notices among which a relay looks for one that no other holds. */
  private static final int MOST_AT_ONCE = 50;

  private final DataSource database;
  private final Calendars calendars;
  private final UserEmails emails;
  private final BusinessClock clock;
  private final NoticeHours hours;

  NoticeQueue(
      DataSource database,
      Calendars calendars,
      WarningsConfig config,
      UserEmails emails,
      BusinessClock clock) {
    this.database = database;
    this.calendars = calendars;
    this.emails = emails;
    this.clock = clock;
    this.hours = NoticeHours.parse(config.hours(), config.days());
  }

  /**
   * A notice that a relay holds for a while.
   *
   * @param address where its recipient reads mail
   * @param attempt which one this is, from 1
   */
  record Claimed(long id, String address, String title, String body, int attempt) {}

  /**
   * Takes the next notice that is due, for as long as the lease: if this process dies, it falls due
   * again. Empty if there is none.
   */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  Optional<Claimed> claim(Duration lease) {
    try (Connection connection = database.getConnection()) {
      while (true) {
        Optional<Due> due = due(connection);
        if (due.isEmpty()) {
          return Optional.empty();
        }
        Due one = due.get();
        Instant now = clock.now();
        ZoneId zone = calendars.inForce().zone();
        if (!one.urgent() && !hours.within(now, zone)) {
          // It was to go out earlier: the hours hold for a further attempt too.
          Notices.change(
              connection,
              "UPDATE notice SET not_before = ? WHERE id = ?",
              SqlTime.of(hours.next(now, zone)),
              one.claimed().id());
          continue;
        }
        String over = one.late() ? past(connection, one.incident()) : null;
        if (over == null) {
          Notices.change(
              connection,
              "UPDATE notice SET attempts = attempts + 1, due_at = UTC_TIMESTAMP(6) + INTERVAL ?"
                  + " SECOND WHERE id = ?",
              lease.toSeconds(),
              one.claimed().id());
          return Optional.of(one.claimed());
        }
        Notices.change(
            connection,
            "UPDATE notice SET state = 'held-back', why = ? WHERE id = ?",
            over,
            one.claimed().id());
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("a notice cannot be taken", failure);
    }
  }

  /**
   * A notice that may be sent.
   *
   * @param late true if it tells of a beginning, which may be past by now
   */
  private record Due(Claimed claimed, long incident, boolean late, boolean urgent) {}

  /**
   * The first notice that may be sent and that nobody else holds, locked by its key: a lock taken
   * through the index of times also stays on rows that were passed over, and two relays could each
   * hide everything from the other.
   */
  private Optional<Due> due(Connection connection) throws SQLException {
    for (long id : dueIds(connection)) {
      Optional<Due> due = lockDue(connection, id);
      if (due.isPresent()) {
        return due;
      }
    }
    return Optional.empty();
  }

  private List<Long> dueIds(Connection connection) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT id FROM notice WHERE state = 'waiting' AND not_before <= ? AND due_at <="
                + " UTC_TIMESTAMP(6) AND EXISTS (SELECT 1 FROM user_email WHERE user_name ="
                + " recipient) AND NOT EXISTS (SELECT 1 FROM user_account WHERE name = recipient"
                + " AND disabled) ORDER BY due_at, id LIMIT "
                + MOST_AT_ONCE)) {
      SqlTime.set(select, 1, clock.now());
      List<Long> ids = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          ids.add(row.getLong(1));
        }
      }
      return ids;
    }
  }

  private Optional<Due> lockDue(Connection connection, long id) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT id, incident_id, occasion, recipient, title, body, urgent, attempts FROM notice"
                + " WHERE id = ? AND state = 'waiting' AND not_before <= ? AND due_at <="
                + " UTC_TIMESTAMP(6) FOR UPDATE SKIP LOCKED")) {
      select.setLong(1, id);
      SqlTime.set(select, 2, clock.now());
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          return Optional.empty();
        }
        Claimed claimed =
            new Claimed(
                row.getLong("id"),
                emails.of(row.getString("recipient")).orElse(""),
                row.getString("title"),
                row.getString("body"),
                row.getInt("attempts") + 1);
        String occasion = row.getString("occasion");
        return Optional.of(
            new Due(
                claimed,
                row.getLong("incident_id"),
                claimed.attempt() == 1
                    && (occasion.equals(Notices.OPENED) || occasion.equals(Notices.ASSIGNED)),
                row.getBoolean("urgent")));
      }
    }
  }

  /** Why a beginning is not to be told any more; null if it is. */
  private static @Nullable String past(Connection connection, long incident) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT state, parent_id FROM incident WHERE id = ?")) {
      select.setLong(1, incident);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        Long parent = row.getObject("parent_id", Long.class);
        if (parent != null) {
          return "incident " + parent + " contains it";
        }
        return Incident.State.of(row.getString("state")) == Incident.State.RESOLVED
            ? "it was over before the message was due"
            : null;
      }
    }
  }

  /** The mail server took it. */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  void sent(long id) {
    settle(
        "UPDATE notice SET state = 'sent', why = NULL, sent_at = ? WHERE id = ? AND state = 'waiting'",
        SqlTime.of(clock.now()),
        id);
  }

  /** The mail server will never take it. */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  void refused(long id, String why) {
    settle(
        "UPDATE notice SET state = 'refused', why = ? WHERE id = ? AND state = 'waiting'",
        cut(why),
        id);
  }

  /** It could not be sent this time. */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  void again(long id, String why, Duration backoff) {
    settle(
        "UPDATE notice SET why = ?, due_at = UTC_TIMESTAMP(6) + INTERVAL ? SECOND WHERE id = ? AND"
            + " state = 'waiting'",
        cut(why),
        backoff.toSeconds(),
        id);
  }

  /** Notes whom nothing can be sent to, so that it is seen. */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  void noteMissingAddresses() {
    note(
        "SELECT n.id, CONCAT(n.recipient, ' has no e-mail address: holdfast users email ',"
            + " n.recipient, ' ADDRESS') FROM notice n LEFT JOIN user_email e ON e.user_name ="
            + " n.recipient WHERE n.state = 'waiting' AND n.why IS NULL AND e.user_name IS NULL");
    note(
        "SELECT n.id, CONCAT(n.recipient, ' may not sign in any more') FROM notice n JOIN"
            + " user_account a ON a.name = n.recipient WHERE n.state = 'waiting' AND n.why IS NULL"
            + " AND a.disabled");
  }

  /**
   * Notes why on those of which it is not said yet; the rest is left without a lock, for a relay
   * that sends meanwhile.
   *
   * @param stranded statement that gives the notice and the reason
   */
  private void note(String stranded) {
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(stranded);
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        Notices.change(
            connection,
            "UPDATE notice SET why = ? WHERE id = ? AND state = 'waiting' AND why IS NULL",
            row.getString(2),
            row.getLong(1));
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("notices without a reader cannot be noted", failure);
    }
  }

  private void settle(String sql, @Nullable Object... values) {
    try (Connection connection = database.getConnection()) {
      Notices.change(connection, sql, values);
    } catch (SQLException failure) {
      throw new IllegalStateException("a notice cannot be changed", failure);
    }
  }

  private static String cut(String why) {
    return why.length() <= LONGEST_WHY ? why : why.substring(0, LONGEST_WHY);
  }
}
