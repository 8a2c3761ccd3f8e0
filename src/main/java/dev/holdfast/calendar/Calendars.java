package dev.holdfast.calendar;

import dev.holdfast.access.Audit;
import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.activity.OperationalCalendar.Outage;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.SqlTime;
import dev.holdfast.platform.SystemClock;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The versions of the operational calendar, and which one is in force.
 *
 * <p>Whoever writes states asks {@link #inForce(Connection)} first in its transaction: a change
 * waits for such transactions and they for it, so that after a change nobody measures by an older
 * version. Whoever only reads is content with {@link #inForce()}, two seconds old at most.
 */
@ApplicationScoped
public class Calendars {

  private static final Duration FRESH = Duration.ofSeconds(2);
  // Each takes about a megabyte; only receipts ask for more than the present and the one before.
  private static final int MOST_KEPT = 16;
  private static final String IN_FORCE = "SELECT version FROM calendar_in_force WHERE id = 1";

  private static final String RETIMED = "SELECT version FROM calendar_retimed WHERE id = 1";

  private final DataSource database;
  private final SystemClock clock;
  private final Audit audit;
  private final Map<String, OperationalCalendar> kept = new ConcurrentHashMap<>();
  private volatile @Nullable Read read;

  private record Read(OperationalCalendar calendar, Instant at) {}

  Calendars(DataSource database, SystemClock clock, Audit audit) {
    this.database = database;
    this.clock = clock;
    this.audit = audit;
  }

  /** The calendar in force as of at most two seconds ago. */
  public OperationalCalendar inForce() {
    Instant now = clock.now();
    Read last = read;
    if (last != null && last.at().plus(FRESH).isAfter(now)) {
      return last.calendar();
    }
    OperationalCalendar calendar = inForceNow();
    read = new Read(calendar, now);
    return calendar;
  }

  /** The calendar in force, as committed. */
  OperationalCalendar inForceNow() {
    try (Connection connection = database.getConnection()) {
      return of(connection, version(connection, IN_FORCE));
    } catch (SQLException failure) {
      throw new IllegalStateException("the calendar in force cannot be read", failure);
    }
  }

  /** The calendar in force, which stays so until the transaction of the connection ends. */
  public OperationalCalendar inForce(Connection connection) throws SQLException {
    return of(connection, version(connection, IN_FORCE + " LOCK IN SHARE MODE"));
  }

  /**
   * The calendar that a state names.
   *
   * @param number as in {@link OperationalCalendar#number()}
   * @throws IllegalArgumentException if there is none
   */
  public OperationalCalendar byNumber(long number) {
    String version =
        number == 0 ? OperationalCalendar.plain().version() : HexFormat.of().toHexDigits(number);
    OperationalCalendar known = kept.get(version);
    if (known != null) {
      return known;
    }
    try (Connection connection = database.getConnection()) {
      return of(connection, version);
    } catch (SQLException failure) {
      throw new IllegalStateException("calendar " + version + " cannot be read", failure);
    }
  }

  /**
   * The weights of the weekdays in the calendar in force, which stays so until the transaction of
   * the connection ends.
   */
  public static List<Double> weekdaysInForce(Connection connection) throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT c.document FROM calendar_in_force f JOIN calendar c"
                    + " ON c.version = f.version WHERE f.id = 1 LOCK IN SHARE MODE");
        ResultSet row = select.executeQuery()) {
      return row.next()
          ? CalendarJson.read(row.getString(1)).weekdays()
          : OperationalCalendar.plain().weekdays();
    }
  }

  private static String version(Connection connection, String sql) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(sql);
        ResultSet row = select.executeQuery()) {
      if (!row.next()) {
        throw new IllegalStateException("the calendar has no row that says which is in force");
      }
      return row.getString(1);
    }
  }

  private OperationalCalendar of(Connection connection, String version) throws SQLException {
    if (version.equals(OperationalCalendar.plain().version())) {
      return OperationalCalendar.plain();
    }
    OperationalCalendar known = kept.get(version);
    if (known != null) {
      return known;
    }
    try (PreparedStatement select =
        connection.prepareStatement("SELECT document FROM calendar WHERE version = ?")) {
      select.setString(1, version);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          throw new IllegalArgumentException(
              "there is no calendar " + version + "; what names it must be rebuilt");
        }
        OperationalCalendar calendar = CalendarJson.read(row.getString(1));
        if (kept.size() >= MOST_KEPT) {
          kept.clear();
        }
        kept.put(version, calendar);
        return calendar;
      }
    }
  }

  /**
   * Puts a calendar in force. Everybody is re-timed in the background, quietly.
   *
   * @param calendar the whole of it; the one in force changes nothing
   * @param expected the version that must be in force until now, null for any
   * @param actor who
   * @throws Problem 412 if another version is in force
   */
  @Transactional
  public OperationalCalendar set(
      OperationalCalendar calendar, @Nullable String expected, String actor) {
    try (Connection connection = database.getConnection()) {
      String before = version(connection, IN_FORCE + " FOR UPDATE");
      if (expected != null && !expected.equals(before)) {
        throw Problem.of(
            412,
            "Precondition Failed",
            "Calendar " + before + " is in force, not " + expected + ". Read it again.");
      }
      change(connection, before, calendar, actor, "calendar-set", null);
    } catch (SQLException failure) {
      throw new IllegalStateException("the calendar cannot be set", failure);
    }
    return calendar;
  }

  /**
   * Declares that customers could not use the service because of us, be it past, present or to
   * come. Everybody is re-timed in the background, quietly.
   *
   * @param reason for the audit, null for none
   * @param actor who
   * @return the calendar that is in force now
   * @throws Problem 422 if there are too many outages
   */
  @Transactional
  public OperationalCalendar declare(Outage outage, @Nullable String reason, String actor) {
    try (Connection connection = database.getConnection()) {
      String before = version(connection, IN_FORCE + " FOR UPDATE");
      OperationalCalendar calendar = of(connection, before).withOutage(outage);
      String detail = outage.from() + " to " + outage.to() + (reason == null ? "" : ": " + reason);
      change(connection, before, calendar, actor, "outage-declared", detail);
      return calendar;
    } catch (IllegalArgumentException tooMany) {
      throw Problem.unprocessable(String.valueOf(tooMany.getMessage()));
    } catch (SQLException failure) {
      throw new IllegalStateException("the outage cannot be declared", failure);
    }
  }

  private void change(
      Connection connection,
      String before,
      OperationalCalendar calendar,
      String actor,
      String action,
      @Nullable String detail)
      throws SQLException {
    if (!calendar.version().equals(before)) {
      if (!calendar.isPlain()) {
        insert(connection, calendar, actor);
      }
      try (PreparedStatement update =
          connection.prepareStatement(
              "UPDATE calendar_in_force SET version = ?, since = ?, set_by = ? WHERE id = 1")) {
        update.setString(1, calendar.version());
        SqlTime.set(update, 2, clock.now());
        update.setString(3, actor);
        update.executeUpdate();
      }
    }
    String versions = before + " to " + calendar.version();
    audit.record(
        actor,
        action,
        "calendar:" + calendar.version(),
        detail == null ? versions : versions + "; " + detail);
    read = null;
  }

  private void insert(Connection connection, OperationalCalendar calendar, String actor)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT IGNORE INTO calendar (version, document, created_at, created_by)"
                + " VALUES (?, ?, ?, ?)")) {
      insert.setString(1, calendar.version());
      insert.setString(2, CalendarJson.write(calendar).toString());
      SqlTime.set(insert, 3, clock.now());
      insert.setString(4, actor);
      insert.executeUpdate();
    }
  }

  /**
   * True once after each change, for the caller whose transaction asks that everybody be scored
   * anew; if that fails, it is true again.
   */
  @Transactional
  public boolean takeRetiming() {
    try (Connection connection = database.getConnection()) {
      // Asked every second: a look without a lock first, on which no batch has to wait.
      String present = version(connection, IN_FORCE);
      if (version(connection, RETIMED).equals(present)) {
        return false;
      }
      try (PreparedStatement update =
          connection.prepareStatement(
              "UPDATE calendar_retimed SET version = ? WHERE id = 1 AND version <> ?")) {
        update.setString(1, present);
        update.setString(2, present);
        return update.executeUpdate() > 0;
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("a change of the calendar cannot be noticed", failure);
    }
  }
}
