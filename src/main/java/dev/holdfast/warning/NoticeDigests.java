package dev.holdfast.warning;

import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Jdbc;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The digests: once a day, to each who owns an open incident or has {@link Notices} held back, what
 * is open and what was not told by itself.
 */
@ApplicationScoped
class NoticeDigests {

  private static final String OFF = "off";
  private static final int MOST_REFUSED = 100;

  private final DataSource database;
  private final Notices notices;
  private final BusinessClock clock;
  private final NoticeHours hours;
  private final @Nullable LocalTime at;

  NoticeDigests(DataSource database, Notices notices, WarningsConfig config, BusinessClock clock) {
    this.database = database;
    this.notices = notices;
    this.clock = clock;
    this.hours = NoticeHours.parse(config.hours(), config.days());
    this.at = at(config.digest().strip(), hours);
  }

  static @Nullable LocalTime at(String time, NoticeHours hours) {
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
   * True if digests are written at all.
   *
   * @throws IllegalArgumentException if the setting of their time is malformed
   */
  boolean wanted() {
    return at != null;
  }

  /**
   * Writes the digests of today, once, when it is time: to each who owns an open incident or has
   * something held back.
   *
   * @return true if they were written now
   */
  @Transactional
  boolean write() {
    Instant now = clock.now();
    Notices.Local local = notices.local();
    ZonedDateTime here = now.atZone(local.zone());
    LocalTime time = at;
    if (time == null || here.toLocalTime().isBefore(time) || !hours.within(now, local.zone())) {
      return false;
    }
    LocalDate day = here.toLocalDate();
    try (Connection connection = database.getConnection()) {
      if (written(connection, day)) {
        return false;
      }
      Map<String, List<Incident>> open = openByOwner(connection);
      List<Long> told = new ArrayList<>();
      Map<String, List<String>> heldBack = heldBackByRecipient(connection, told);
      List<String> refused = refused(connection);
      TreeSet<String> recipients = new TreeSet<>(open.keySet());
      recipients.addAll(heldBack.keySet());
      for (String recipient : recipients) {
        List<Incident> theirs = open.getOrDefault(recipient, List.of());
        List<String> others = heldBack.getOrDefault(recipient, List.of());
        Notices.insertDigest(
            connection,
            day,
            recipient,
            local.text().digestTitle(day.toString(), theirs.size(), others.size()),
            local.text().digest(theirs, others, refused),
            now);
      }
      // Those that were read, not what others hold back this moment.
      for (List<Long> chunk : Jdbc.chunks(told)) {
        Jdbc.change(connection, "UPDATE notice SET state = 'digested' WHERE id IN (:ids)", chunk);
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
}
