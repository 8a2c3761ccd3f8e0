package dev.holdfast.desk;

import dev.holdfast.access.Audit;
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
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** Who works when, and how many minutes of calls that gives. */
@ApplicationScoped
class Shifts {

  private static final Duration LONGEST = Duration.ofHours(24);

  private final DataSource database;
  private final Audit audit;

  Shifts(DataSource database, Audit audit) {
    this.database = database;
    this.audit = audit;
  }

  /**
   * A shift.
   *
   * @param minutes of calls within it, breaks left out
   */
  record Shift(long id, String agent, Instant from, Instant to, int minutes) {

    /** The minutes of it that fall between two instants, spread evenly. */
    double minutesWithin(Instant start, Instant end) {
      Instant first = from.isAfter(start) ? from : start;
      Instant last = to.isBefore(end) ? to : end;
      if (!last.isAfter(first)) {
        return 0;
      }
      return minutes
          * (double) Duration.between(first, last).toMillis()
          / Duration.between(from, to).toMillis();
    }
  }

  /** The shifts that overlap with a time, by start. */
  List<Shift> between(Instant from, Instant to) {
    List<Shift> shifts = new ArrayList<>();
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT id, agent, starts_at, ends_at, minutes FROM desk_shift WHERE ends_at > ?"
                    + " AND starts_at < ? ORDER BY starts_at, id LIMIT 10000")) {
      SqlTime.set(select, 1, from);
      SqlTime.set(select, 2, to);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          shifts.add(
              new Shift(
                  row.getLong("id"),
                  row.getString("agent"),
                  SqlTime.required(row, "starts_at"),
                  SqlTime.required(row, "ends_at"),
                  row.getInt("minutes")));
        }
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("the shifts cannot be read", failure);
    }
    return shifts;
  }

  /**
   * Adds a shift; audited.
   *
   * @throws Problem 400 if it is no time, longer than a day or shorter than its minutes
   */
  @Transactional
  Shift add(String agent, Instant from, Instant to, int minutes, String actor) {
    Duration length = Duration.between(from, to);
    if (length.isNegative() || length.isZero() || length.compareTo(LONGEST) > 0) {
      throw Problem.badRequest(
          "A shift ends after it begins and lasts a day at most, was " + from + " to " + to);
    }
    if (minutes > length.toMinutes()) {
      throw Problem.badRequest(
          "minutes must be at most those of the shift, "
              + length.toMinutes()
              + ", were "
              + minutes);
    }
    try (Connection connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO desk_shift (agent, starts_at, ends_at, minutes, created_by) VALUES"
                    + " (?,?,?,?,?) RETURNING id")) {
      insert.setString(1, agent);
      SqlTime.set(insert, 2, from);
      SqlTime.set(insert, 3, to);
      insert.setInt(4, minutes);
      insert.setString(5, actor);
      try (ResultSet row = insert.executeQuery()) {
        row.next();
        audit.record(actor, "desk.shift", agent, from + " to " + to + ", " + minutes + " minutes");
        return new Shift(row.getLong(1), agent, from, to, minutes);
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("a shift cannot be added", failure);
    }
  }

  /**
   * Removes a shift; audited.
   *
   * @throws Problem 404 if there is none
   */
  @Transactional
  void remove(long id, String actor) {
    try (Connection connection = database.getConnection();
        PreparedStatement delete =
            connection.prepareStatement("DELETE FROM desk_shift WHERE id = ?")) {
      delete.setLong(1, id);
      if (delete.executeUpdate() == 0) {
        throw Problem.notFound("There is no shift " + id);
      }
      audit.record(actor, "desk.shift-removed", "shift:" + id, null);
    } catch (SQLException failure) {
      throw new IllegalStateException("a shift cannot be removed", failure);
    }
  }
}
