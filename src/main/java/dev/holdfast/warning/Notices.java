package dev.holdfast.warning;

import dev.holdfast.access.Audit;
import dev.holdfast.calendar.Calendars;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.SqlTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Who is told of an incident by e-mail. A notice is a row of the transaction that is its occasion,
 * so that an incident that was opened has its one notice and one that was rolled back has none; the
 * {@link NoticeRelay} sends it afterwards, within the hours.
 *
 * <p>Without a mail server nothing is written: whoever sets one up later is not told of the past.
 */
@ApplicationScoped
public class Notices {

  static final String OPENED = "opened";
  static final String ASSIGNED = "assigned";
  static final String RESOLVED = "resolved";

  private static final long NO_INCIDENT = 0;
  private static final Duration A_DAY = Duration.ofDays(1);
  private final DataSource database;
  private final Calendars calendars;
  private final WarningsConfig config;
  private final MailConfig mail;
  private final Audit audit;
  private final OwnerRules owners;
  private final NoticeHours hours;

  Notices(
      DataSource database,
      Calendars calendars,
      WarningsConfig config,
      MailConfig mail,
      Audit audit) {
    this.database = database;
    this.calendars = calendars;
    this.config = config;
    this.mail = mail;
    this.audit = audit;
    this.owners = OwnerRules.parse(config.owners().orElse(""));
    this.hours = NoticeHours.parse(config.hours(), config.days());
  }

  /**
   * True if there is a mail server.
   *
   * @throws IllegalArgumentException if a setting of who is told, or when, is malformed
   */
  boolean wanted() {
    return mail.host().isPresent();
  }

  /** Who owns a new incident by the rules. */
  Optional<String> ownerOf(String kind, String subject) {
    return owners.ownerOf(kind, subject);
  }

  /** What the messages need to know of an incident beside what people see. */
  private record Rest(
      @Nullable Long parent, double dropped, NoticeText.@Nullable Figures figures) {}

  /**
   * Writes what this occasion asks for, in its transaction: to the owner of an incident that opens
   * or ends, and to whom one is assigned; nobody is told what they did themselves.
   *
   * @param action as in the history of the incident
   */
  void about(Incident incident, String action, String actor, Instant now) {
    String owner = incident.owner();
    boolean told = action.equals(OPENED) || action.equals(ASSIGNED) || action.equals(RESOLVED);
    if (!wanted() || !told || owner == null || owner.equals(actor)) {
      return;
    }
    try (Connection connection = database.getConnection()) {
      Rest rest = rest(connection, incident.id());
      boolean urgent = action.equals(OPENED) && urgent(incident, rest);
      String heldBack = heldBack(connection, incident, rest, action, owner, urgent, now);
      Local at = local();
      insert(
          connection,
          incident.id(),
          action,
          owner,
          at.text().title(incident, action),
          at.text().body(incident, rest.figures(), action, actor),
          urgent,
          now,
          urgent ? now : hours.next(now, at.zone()),
          heldBack);
    } catch (SQLException failure) {
      throw new IllegalStateException("a notice cannot be written", failure);
    }
  }

  /** The zone of the calendar, and the text in its time. */
  record Local(ZoneId zone, NoticeText text) {}

  Local local() {
    ZoneId zone = calendars.inForce().zone();
    return new Local(zone, new NoticeText(zone, config.address().orElse(null)));
  }

  private boolean urgent(Incident incident, Rest rest) {
    double missing = incident.conditions().contains(FeedCondition.SILENT) ? 1 : rest.dropped();
    return config.urgentFrom().isPresent() && missing >= config.urgentFrom().getAsDouble();
  }

  /** Why the digest tells of it instead; null if it is sent by itself. */
  private @Nullable String heldBack(
      Connection connection,
      Incident incident,
      Rest rest,
      String action,
      String owner,
      boolean urgent,
      Instant now)
      throws SQLException {
    if (rest.parent() != null) {
      return "incident " + rest.parent() + " contains it";
    }
    if (action.equals(RESOLVED) && !told(connection, incident.id(), owner)) {
      return "its opening was not told";
    }
    if (!action.equals(OPENED)) {
      return null;
    }
    long again =
        count(
            connection,
            "SELECT COUNT(*) FROM notice n JOIN incident i ON i.id = n.incident_id WHERE"
                + " n.recipient = ? AND n.created_at > ? AND n.occasion = 'opened' AND (n.state ="
                + " 'sent' OR n.state = 'waiting' AND i.state <> 'resolved') AND i.kind = ? AND"
                + " i.subject = ?",
            owner,
            SqlTime.of(now.minus(config.refireAfter())),
            incident.kind(),
            incident.subject());
    if (again > 0) {
      return "its subject was told of within " + config.refireAfter().toHours() + " hours";
    }
    long today =
        count(
            connection,
            "SELECT COUNT(*) FROM notice WHERE recipient = ? AND created_at > ? AND occasion ="
                + " 'opened' AND state IN ('waiting', 'sent')",
            owner,
            SqlTime.of(now.minus(A_DAY)));
    return !urgent && today >= config.messagesADay()
        ? "more than " + config.messagesADay() + " messages in a day"
        : null;
  }

  /**
   * True if the owner knows of the incident: a message was sent, or is on its way, or the owner has
   * acknowledged it. What is about to be claimed waits here, or is found over.
   */
  private static boolean told(Connection connection, long incident, String owner)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT state = 'sent' OR state = 'waiting' AND attempts > 0 FROM notice WHERE"
                + " incident_id = ? AND recipient = ? FOR UPDATE")) {
      select.setLong(1, incident);
      select.setString(2, owner);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          if (row.getBoolean(1)) {
            return true;
          }
        }
      }
    }
    return count(
            connection,
            "SELECT COUNT(*) FROM incident_entry WHERE incident_id = ? AND actor = ? AND action ="
                + " 'acknowledged'",
            incident,
            owner)
        > 0;
  }

  private static Rest rest(Connection connection, long id) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT parent_id, expected, came, missing_low, missing_high, dropped FROM incident"
                + " WHERE id = ?")) {
      select.setLong(1, id);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        double expected = row.getDouble("expected");
        NoticeText.Figures figures =
            row.wasNull()
                ? null
                : new NoticeText.Figures(
                    expected,
                    row.getLong("came"),
                    row.getDouble("missing_low"),
                    row.getDouble("missing_high"));
        return new Rest(row.getObject("parent_id", Long.class), row.getDouble("dropped"), figures);
      }
    }
  }

  private static void insert(
      Connection connection,
      long incident,
      String occasion,
      String recipient,
      String title,
      String body,
      boolean urgent,
      Instant now,
      Instant notBefore,
      @Nullable String heldBack)
      throws SQLException {
    // Whoever comes second with the same occasion finds it told.
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT IGNORE INTO notice (incident_id, occasion, recipient, title, body, urgent,"
                + " created_at, not_before, due_at, state, why) VALUES"
                + " (?,?,?,?,?,?,?,?,UTC_TIMESTAMP(6),?,?)")) {
      insert.setLong(1, incident);
      insert.setString(2, occasion);
      insert.setString(3, recipient);
      insert.setString(4, title);
      insert.setString(5, body);
      insert.setBoolean(6, urgent);
      SqlTime.set(insert, 7, now);
      SqlTime.set(insert, 8, notBefore);
      Notice.State state = heldBack == null ? Notice.State.WAITING : Notice.State.HELD_BACK;
      insert.setString(9, state.wireName());
      insert.setString(10, heldBack);
      insert.executeUpdate();
    }
  }

  /** Writes the digest of a day, in its transaction. */
  static void insertDigest(
      Connection connection,
      LocalDate day,
      String recipient,
      String title,
      String body,
      Instant now)
      throws SQLException {
    insert(connection, NO_INCIDENT, day.toString(), recipient, title, body, false, now, now, null);
  }

  /**
   * The newest notices first.
   *
   * @param incident of this incident only; null for all
   */
  public List<Notice> list(@Nullable Long incident, int limit) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT id, incident_id, occasion, recipient, title, created_at, not_before, state,"
                    + " attempts, why, sent_at FROM notice WHERE ? IS NULL OR incident_id = ?"
                    + " ORDER BY id DESC LIMIT ?")) {
      select.setObject(1, incident);
      select.setObject(2, incident);
      select.setInt(3, limit);
      List<Notice> notices = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          long of = row.getLong("incident_id");
          notices.add(
              new Notice(
                  row.getLong("id"),
                  of == NO_INCIDENT ? null : of,
                  row.getString("occasion"),
                  row.getString("recipient"),
                  row.getString("title"),
                  SqlTime.required(row, "created_at"),
                  SqlTime.required(row, "not_before"),
                  Notice.State.of(row.getString("state")),
                  row.getInt("attempts"),
                  row.getString("why"),
                  SqlTime.read(row, "sent_at")));
        }
      }
      return notices;
    } catch (SQLException failure) {
      throw new IllegalStateException("the notices cannot be read", failure);
    }
  }

  /** How many notices there are in each state. */
  Map<Notice.State, Long> counts() {
    Map<Notice.State, Long> counts = new TreeMap<>();
    for (Notice.State state : Notice.State.values()) {
      counts.put(state, 0L);
    }
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement("SELECT state, COUNT(*) FROM notice GROUP BY state");
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        counts.put(Notice.State.of(row.getString(1)), row.getLong(2));
      }
      return counts;
    } catch (SQLException failure) {
      throw new IllegalStateException("the notices cannot be counted", failure);
    }
  }

  /**
   * Sends a refused one again, audited; what stood in the way is mended.
   *
   * @throws Problem 404 if there is none with this number, 409 if it was not refused
   */
  @Transactional
  public void retry(long id, String actor) {
    try (Connection connection = database.getConnection()) {
      String state = null;
      try (PreparedStatement select =
          connection.prepareStatement("SELECT state FROM notice WHERE id = ? FOR UPDATE")) {
        select.setLong(1, id);
        try (ResultSet row = select.executeQuery()) {
          if (row.next()) {
            state = row.getString(1);
          }
        }
      }
      if (state == null) {
        throw Problem.notFound("There is no notice " + id + ".");
      }
      if (Notice.State.of(state) != Notice.State.REFUSED) {
        throw Problem.conflict("Notice " + id + " was not refused, it is " + state + ".");
      }
      change(
          connection,
          "UPDATE notice SET state = 'waiting', why = NULL, due_at = UTC_TIMESTAMP(6) WHERE id = ?",
          id);
      audit.record(actor, "notice-retried", "notice:" + id, null);
    } catch (SQLException failure) {
      throw new IllegalStateException("a notice cannot be sent again", failure);
    }
  }

  /** Changes what a statement says, with these values. */
  static void change(Connection connection, String sql, @Nullable Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.executeUpdate();
    }
  }

  private static long count(Connection connection, String sql, @Nullable Object... values)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        select.setObject(i + 1, values[i]);
      }
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }
}
