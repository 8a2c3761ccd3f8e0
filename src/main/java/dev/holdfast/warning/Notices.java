package dev.holdfast.warning;

import dev.holdfast.access.Audit;
import dev.holdfast.access.UserEmails;
import dev.holdfast.calendar.Calendars;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Jdbc;
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
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
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

  private static final String OFF = "off";
  private static final long NO_INCIDENT = 0;
  private static final Duration A_DAY = Duration.ofDays(1);
  private static final int MOST_REFUSED = 100;

  /** Notices among which a relay looks for one that no other holds. */
  private static final int MOST_AT_ONCE = 50;

  private static final int LONGEST_WHY = 500;

  private final DataSource database;
  private final Calendars calendars;
  private final WarningsConfig config;
  private final MailConfig mail;
  private final UserEmails emails;
  private final Audit audit;
  private final BusinessClock clock;
  private final OwnerRules owners;
  private final NoticeHours hours;
  private final @Nullable LocalTime digestAt;

  Notices(
      DataSource database,
      Calendars calendars,
      WarningsConfig config,
      MailConfig mail,
      UserEmails emails,
      Audit audit,
      BusinessClock clock) {
    this.database = database;
    this.calendars = calendars;
    this.config = config;
    this.mail = mail;
    this.emails = emails;
    this.audit = audit;
    this.clock = clock;
    this.owners = OwnerRules.parse(config.owners().orElse(""));
    this.hours = NoticeHours.parse(config.hours(), config.days());
    this.digestAt = digestAt(config.digest().strip(), hours);
  }

  static @Nullable LocalTime digestAt(String time, NoticeHours hours) {
    try {
      LocalTime at = time.equals(OFF) ? null : LocalTime.parse(time);
      if (at != null && !hours.endAfter(at)) {
        throw new IllegalArgumentException(
            "holdfast.warnings.digest must lie before the end of holdfast.warnings.hours, or be"
                + " off, was \""
                + time
                + '"');
      }
      return at;
    } catch (DateTimeParseException malformed) {
      throw new IllegalArgumentException(
          "holdfast.warnings.digest must be a time such as 08:00, or off, was \"" + time + '"',
          malformed);
    }
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
      Local at = zone();
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

  private record Local(ZoneId zone, NoticeText text) {}

  private Local zone() {
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
   * Writes the digests of today, once, when it is time: to each who owns an open incident or has
   * something held back.
   *
   * @return true if they were written now
   */
  @Transactional
  public boolean digest() {
    Instant now = clock.now();
    Local at = zone();
    ZonedDateTime local = now.atZone(at.zone());
    LocalTime time = digestAt;
    if (time == null || local.toLocalTime().isBefore(time) || !hours.within(now, at.zone())) {
      return false;
    }
    LocalDate day = local.toLocalDate();
    try (Connection connection = database.getConnection()) {
      if (written(connection, day)) {
        return false;
      }
      Map<String, List<Incident>> open = openByOwner(connection);
      List<Long> told = new ArrayList<>();
      Map<String, List<String>> heldBack = heldBackByRecipient(connection, told);
      List<String> refused = refused(connection);
      TreeMap<String, Boolean> recipients = new TreeMap<>();
      open.keySet().forEach(one -> recipients.put(one, true));
      heldBack.keySet().forEach(one -> recipients.put(one, true));
      for (String recipient : recipients.keySet()) {
        List<Incident> theirs = open.getOrDefault(recipient, List.of());
        List<String> others = heldBack.getOrDefault(recipient, List.of());
        insert(
            connection,
            NO_INCIDENT,
            day.toString(),
            recipient,
            at.text().digestTitle(day.toString(), theirs.size(), others.size()),
            at.text().digest(theirs, others, refused),
            false,
            now,
            now,
            null);
      }
      // Those that were read, not what others hold back this moment.
      for (List<Long> chunk : Jdbc.chunks(told)) {
        try (PreparedStatement update =
            connection.prepareStatement(
                "UPDATE notice SET state = 'digested' WHERE id IN ("
                    + Jdbc.marks(chunk.size())
                    + ")")) {
          for (int i = 0; i < chunk.size(); i++) {
            update.setLong(i + 1, chunk.get(i));
          }
          update.executeUpdate();
        }
      }
      return true;
    } catch (SQLException failure) {
      throw new IllegalStateException("the digests cannot be written", failure);
    }
  }

  /** The row of the day decides which replica writes. */
  private static boolean written(Connection connection, LocalDate day) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT 1 FROM notice_digest WHERE day = ?")) {
      select.setObject(1, day);
      try (ResultSet row = select.executeQuery()) {
        if (row.next()) {
          return true;
        }
      }
    }
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT IGNORE INTO notice_digest (day) VALUES (?)")) {
      insert.setObject(1, day);
      return insert.executeUpdate() == 0;
    }
  }

  private static Map<String, List<Incident>> openByOwner(Connection connection)
      throws SQLException {
    Map<String, List<Incident>> open = new TreeMap<>();
    try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT "
                    + Incidents.COLUMNS
                    + " FROM incident WHERE open_marker = 1 AND owner IS NOT NULL ORDER BY id");
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        Incident incident = Incidents.of(row);
        open.computeIfAbsent(row.getString("owner"), owner -> new ArrayList<>()).add(incident);
      }
    }
    return open;
  }

  /**
   * What was held back, locked.
   *
   * @param ids gets the notices
   */
  private static Map<String, List<String>> heldBackByRecipient(
      Connection connection, List<Long> ids) throws SQLException {
    Map<String, List<String>> heldBack = new TreeMap<>();
    try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT id, recipient, title, why FROM notice WHERE state = 'held-back' ORDER BY id"
                    + " FOR UPDATE");
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        ids.add(row.getLong(1));
        heldBack
            .computeIfAbsent(row.getString(2), recipient -> new ArrayList<>())
            .add(row.getString(3) + " (" + row.getString(4) + ")");
      }
    }
    return heldBack;
  }

  /** What the mail server refused for good and nobody has tried again, the newest first. */
  private static List<String> refused(Connection connection) throws SQLException {
    List<String> refused = new ArrayList<>();
    try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT id, recipient, title, why FROM notice WHERE state = 'refused' ORDER BY id"
                    + " DESC LIMIT "
                    + MOST_REFUSED);
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        refused.add(
            row.getLong(1)
                + " to "
                + row.getString(2)
                + ": "
                + row.getString(3)
                + " ("
                + row.getString(4)
                + ")");
      }
    }
    return refused;
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
  public Optional<Claimed> claim(Duration lease) {
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
          change(
              connection,
              "UPDATE notice SET not_before = ? WHERE id = ?",
              SqlTime.of(hours.next(now, zone)),
              one.claimed().id());
          continue;
        }
        String over = one.late() ? past(connection, one.incident()) : null;
        if (over == null) {
          change(
              connection,
              "UPDATE notice SET attempts = attempts + 1, due_at = UTC_TIMESTAMP(6) + INTERVAL ?"
                  + " SECOND WHERE id = ?",
              lease.toSeconds(),
              one.claimed().id());
          return Optional.of(one.claimed());
        }
        change(
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
                claimed.attempt() == 1 && (occasion.equals(OPENED) || occasion.equals(ASSIGNED)),
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
  public void sent(long id) {
    settle(
        "UPDATE notice SET state = 'sent', why = NULL, sent_at = ? WHERE id = ? AND state = 'waiting'",
        SqlTime.of(clock.now()),
        id);
  }

  /** The mail server will never take it. */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public void refused(long id, String why) {
    settle(
        "UPDATE notice SET state = 'refused', why = ? WHERE id = ? AND state = 'waiting'",
        cut(why),
        id);
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

  /** It could not be sent this time. */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public void again(long id, String why, Duration backoff) {
    settle(
        "UPDATE notice SET why = ?, due_at = UTC_TIMESTAMP(6) + INTERVAL ? SECOND WHERE id = ? AND"
            + " state = 'waiting'",
        cut(why),
        backoff.toSeconds(),
        id);
  }

  /** Notes whom nothing can be sent to, so that it is seen. */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public void noteMissingAddresses() {
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
        change(
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
      change(connection, sql, values);
    } catch (SQLException failure) {
      throw new IllegalStateException("a notice cannot be changed", failure);
    }
  }

  private static void change(Connection connection, String sql, @Nullable Object... values)
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

  private static String cut(String why) {
    return why.length() <= LONGEST_WHY ? why : why.substring(0, LONGEST_WHY);
  }
}
