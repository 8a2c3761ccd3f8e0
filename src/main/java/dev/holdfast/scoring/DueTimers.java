package dev.holdfast.scoring;

import dev.holdfast.platform.SqlTime;
import dev.holdfast.scoring.KnownSilence.Bound;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/**
 * The timers that may act now. Reads the index alone, one range for each source and state of
 * knowledge, so that it costs what is due and nothing else.
 */
@ApplicationScoped
public class DueTimers {

  /** Before any event that the formats allow. */
  private static final Instant EARLIEST = Instant.parse("1000-01-01T00:00:00Z");

  /** Silence past the beginning of a fault of ours does not count while it lasts. */
  private static final String NOT_HELD = " (silent_through IS NULL OR next_due <= silent_through)";

  private final DataSource database;

  DueTimers(DataSource database) {
    this.database = database;
  }

  /**
   * A timer that may act.
   *
   * @param at when silence takes the customer to a watched level, a business instant
   */
  public record DueTimer(long customerId, int sourceId, Instant at) {}

  /**
   * The earliest due timers, in order of due time; a lock is neither taken nor waited for.
   *
   * @param now the business instant
   * @param swept by source, the instant up to and including which all timers have acted already;
   *     reading starts after it, past what the database has not yet cleared away
   * @param limit how many at most
   */
  public List<DueTimer> earliest(
      KnownSilence known, Instant now, Map<Integer, Instant> swept, int limit) {
    List<Bound> bounds = known.bounds(now);
    if (bounds.isEmpty()) {
      return List.of();
    }
    List<String> parts = new ArrayList<>();
    for (Bound bound : bounds) {
      parts.add(
          "(SELECT customer_id, source_id, next_due FROM customer_state FORCE INDEX"
              + " (customer_state_due) WHERE source_id = ? AND next_due > ? AND next_due <= ? AND"
              + NOT_HELD
              + " AND partition_no IN ("
              + joined(bound.partitions())
              + ") ORDER BY next_due LIMIT "
              + limit
              + ")");
    }
    String sql = String.join(" UNION ALL ", parts) + " ORDER BY next_due LIMIT " + limit;
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(sql)) {
      int at = 1;
      for (Bound bound : bounds) {
        select.setInt(at++, bound.sourceId());
        SqlTime.set(select, at++, after(swept, bound.sourceId(), bound.through()));
        SqlTime.set(select, at++, bound.through());
      }
      List<DueTimer> due = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          due.add(new DueTimer(row.getLong(1), row.getInt(2), SqlTime.required(row, "next_due")));
        }
      }
      return due;
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read due timers", failure);
    }
  }

  /**
   * True if a timer is due of which a source has reported everything, applied or not.
   *
   * @param complete how far each source is complete, by source id
   */
  public boolean any(Map<Integer, Instant> complete, Instant now, Map<Integer, Instant> swept) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT 1 FROM customer_state FORCE INDEX (customer_state_due) WHERE source_id = ?"
                    + " AND next_due > ? AND next_due <= ? AND"
                    + NOT_HELD
                    + " LIMIT 1")) {
      for (Map.Entry<Integer, Instant> source : complete.entrySet()) {
        Instant through = source.getValue().isBefore(now) ? source.getValue() : now;
        select.setInt(1, source.getKey());
        SqlTime.set(select, 2, after(swept, source.getKey(), through));
        SqlTime.set(select, 3, through);
        try (ResultSet row = select.executeQuery()) {
          if (row.next()) {
            return true;
          }
        }
      }
      return false;
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot look for due timers", failure);
    }
  }

  /** A business clock that was set back makes what was swept worthless. */
  private static Instant after(Map<Integer, Instant> swept, int source, Instant through) {
    Instant after = swept.getOrDefault(source, EARLIEST);
    return after.isAfter(through) ? EARLIEST : after;
  }

  /** How many timers are due by {@code now}, those included whose source is behind. */
  public long due(Instant now) {
    try (Connection connection = database.getConnection();
        PreparedStatement count =
            connection.prepareStatement(
                "SELECT COUNT(*) FROM customer_state WHERE source_id IN ("
                    + sources(connection)
                    + ") AND next_due <= ?")) {
      SqlTime.set(count, 1, now);
      return number(count);
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot count due timers", failure);
    }
  }

  /**
   * The timers before an instant, or a part of them that no other order of things has a say in.
   *
   * @param every one in so many, by a hash of the customer; 1 for all
   */
  public List<DueTimer> before(Instant instant, long every) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT customer_id, source_id, next_due FROM customer_state FORCE INDEX"
                    + " (customer_state_due) WHERE source_id IN ("
                    + sources(connection)
                    + ") AND next_due < ? AND CRC32(customer_id) % ? = 0")) {
      SqlTime.set(select, 1, instant);
      select.setLong(2, every);
      List<DueTimer> timers = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          timers.add(
              new DueTimer(row.getLong(1), row.getInt(2), SqlTime.required(row, "next_due")));
        }
      }
      return timers;
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read timers to come", failure);
    }
  }

  private static long number(PreparedStatement count) throws SQLException {
    try (ResultSet row = count.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  /**
   * The ids of all sources as text. A join or a subquery instead would read every timer of a
   * source; written out, the database reads one range of each.
   */
  static String sources(Connection connection) throws SQLException {
    List<Integer> ids = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement("SELECT id FROM source");
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        ids.add(row.getInt(1));
      }
    }
    return ids.isEmpty() ? "0" : joined(ids);
  }

  static String joined(Collection<Integer> numbers) {
    return String.join(",", numbers.stream().map(String::valueOf).toList());
  }
}
