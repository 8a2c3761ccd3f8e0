package dev.holdfast.scoring;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.Attendance;
import dev.holdfast.activity.Attendee;
import dev.holdfast.calendar.Calendars;
import dev.holdfast.platform.Jdbc;
import dev.holdfast.platform.SqlTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Reads, locks and writes {@code customer_state} in the caller's transaction.
 *
 * <p>Plain JDBC with server-prepared multi-row statements of up to 256 rows, the remainder in
 * powers of two, so that few statement shapes are prepared. Locks are taken in the order of
 * customer ids, so that batches and timers never wait for each other in a circle.
 */
@ApplicationScoped
public class CustomerStates {

  static final String COLUMNS =
      "customer_id, partition_no, source_id, risk, as_of, model_id, band, next_due, rescore_due,"
          + " state, cell_id, away, used_day, used_days, used_hour, used_hours";

  private static final String ROW = "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";

  /** Read with the rest and written by {@link #saveHolds} alone. */
  static final String READ = COLUMNS + ", held_by, silent_through";

  private static final Band[] BANDS = Band.values();

  private final DataSource database;
  private final Calendars calendars;

  CustomerStates(DataSource database, Calendars calendars) {
    this.database = database;
    this.calendars = calendars;
  }

  /** The rows of these customers, locked until the transaction ends; an unknown one is new. */
  public SortedMap<Long, CustomerState> lock(Collection<Long> customerIds) {
    SortedMap<Long, CustomerState> locked = read(customerIds, " ORDER BY customer_id FOR UPDATE");
    for (long id : customerIds) {
      locked.computeIfAbsent(id, CustomerState::new);
    }
    return locked;
  }

  /**
   * The rows of those of these customers whom nobody else holds, locked until the transaction ends.
   * Never waits; a customer without a row is absent.
   */
  public SortedMap<Long, CustomerState> lockFree(Collection<Long> customerIds) {
    return read(customerIds, " ORDER BY customer_id FOR UPDATE SKIP LOCKED");
  }

  /** The rows of these customers as committed, without a lock; an unknown customer is absent. */
  public SortedMap<Long, CustomerState> read(Collection<Long> customerIds) {
    return read(customerIds, "");
  }

  private SortedMap<Long, CustomerState> read(Collection<Long> customerIds, String suffix) {
    List<Long> sorted = customerIds.stream().sorted().distinct().toList();
    SortedMap<Long, CustomerState> rows = new TreeMap<>();
    try (Connection connection = database.getConnection()) {
      for (List<Long> chunk : Jdbc.chunks(sorted)) {
        String sql =
            "SELECT "
                + READ
                + " FROM customer_state WHERE customer_id IN ("
                + Jdbc.marks(chunk.size())
                + ")"
                + suffix;
        try (PreparedStatement select = connection.prepareStatement(sql)) {
          for (int i = 0; i < chunk.size(); i++) {
            select.setLong(i + 1, chunk.get(i));
          }
          try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
              CustomerState state = of(row);
              rows.put(state.customerId(), state);
            }
          }
        }
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read customer states", failure);
    }
    return rows;
  }

  /** Writes rows that {@link #lock} returned. */
  public void save(Collection<CustomerState> states) {
    List<CustomerState> sorted =
        states.stream().sorted((a, b) -> Long.compare(a.customerId(), b.customerId())).toList();
    try (Connection connection = database.getConnection()) {
      for (List<CustomerState> chunk : Jdbc.chunks(sorted)) {
        String sql =
            "INSERT INTO customer_state ("
                + COLUMNS
                + ", last_occurred_at, last_event_key) VALUES "
                + (ROW + ",").repeat(chunk.size() - 1)
                + ROW
                + " ON DUPLICATE KEY UPDATE"
                + " partition_no=VALUES(partition_no), source_id=VALUES(source_id),"
                + " risk=VALUES(risk), as_of=VALUES(as_of), model_id=VALUES(model_id),"
                + " band=VALUES(band), next_due=VALUES(next_due),"
                + " rescore_due=VALUES(rescore_due), state=VALUES(state),"
                + " cell_id=VALUES(cell_id), away=VALUES(away), used_day=VALUES(used_day),"
                + " used_days=VALUES(used_days), used_hour=VALUES(used_hour),"
                + " used_hours=VALUES(used_hours),"
                + " last_occurred_at=VALUES(last_occurred_at),"
                + " last_event_key=VALUES(last_event_key)";
        try (PreparedStatement upsert = connection.prepareStatement(sql)) {
          int at = 1;
          for (CustomerState state : chunk) {
            at = bind(upsert, at, state);
          }
          upsert.executeUpdate();
        }
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot write customer states", failure);
    }
  }

  /** Writes for which fault of ours locked customers are held, if any. */
  public void saveHolds(Collection<CustomerState> states) {
    try (Connection connection = database.getConnection();
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE customer_state SET held_by = ?, silent_through = ? WHERE customer_id = ?")) {
      for (CustomerState state : states) {
        CustomerState.Hold hold = state.hold();
        update.setObject(1, hold == null ? null : hold.incident());
        SqlTime.set(update, 2, hold == null ? null : hold.silentThrough());
        update.setLong(3, state.customerId());
        update.addBatch();
      }
      update.executeBatch();
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot write who is held", failure);
    }
  }

  private static int bind(PreparedStatement upsert, int first, CustomerState state)
      throws SQLException {
    int at = first;
    Score score = state.score();
    upsert.setLong(at++, state.customerId());
    upsert.setInt(at++, state.partition());
    Jdbc.set(upsert, at++, state.sourceId());
    if (score == null) {
      upsert.setNull(at++, Types.DOUBLE);
      upsert.setNull(at++, Types.TIMESTAMP);
      upsert.setNull(at++, Types.INTEGER);
      upsert.setNull(at++, Types.TINYINT);
    } else {
      upsert.setDouble(at++, score.risk());
      SqlTime.set(upsert, at++, score.asOf());
      upsert.setInt(at++, score.modelId());
      upsert.setInt(at++, score.band().ordinal());
    }
    SqlTime.set(upsert, at++, state.nextDue());
    SqlTime.set(upsert, at++, state.rescoreDue());
    upsert.setBytes(at++, state.activity().toBytes());
    Attendee attendee = state.attendee();
    if (attendee == null) {
      upsert.setNull(at++, Types.INTEGER);
      upsert.setNull(at++, Types.TINYINT);
      upsert.setNull(at++, Types.INTEGER);
      upsert.setNull(at++, Types.BIGINT);
      upsert.setNull(at++, Types.INTEGER);
      upsert.setNull(at++, Types.BIGINT);
    } else {
      upsert.setInt(at++, attendee.cell());
      upsert.setBoolean(at++, attendee.away());
      upsert.setInt(at++, attendee.attendance().newestDay());
      upsert.setLong(at++, attendee.attendance().days());
      upsert.setInt(at++, attendee.attendance().newestHour());
      upsert.setLong(at++, attendee.attendance().hours());
    }
    SqlTime.set(upsert, at++, state.activity().lastOccurredAt());
    upsert.setBytes(at++, state.activity().lastKey().toBytes());
    return at;
  }

  CustomerState of(ResultSet row) throws SQLException {
    // By place: this is read for every customer of every batch. The order is that of COLUMNS.
    double risk = row.getDouble(4);
    Score score = null;
    if (!row.wasNull()) {
      score =
          new Score(
              risk,
              Objects.requireNonNull(SqlTime.read(row, 5)),
              row.getInt(6),
              BANDS[row.getInt(7)]);
    }
    int source = row.getInt(3);
    Integer sourceId = row.wasNull() ? null : source;
    return new CustomerState(
        row.getLong(1),
        row.getInt(2),
        sourceId,
        ActivityState.fromBytes(row.getBytes(10), calendars::byNumber),
        score,
        SqlTime.read(row, 8),
        SqlTime.read(row, 9),
        attendee(row),
        hold(row));
  }

  private static @Nullable Attendee attendee(ResultSet row) throws SQLException {
    int cell = row.getInt(11);
    if (row.wasNull()) {
      return null;
    }
    return new Attendee(
        cell,
        row.getBoolean(12),
        new Attendance(row.getInt(13), row.getLong(14), row.getInt(15), row.getLong(16)));
  }

  private static CustomerState.@Nullable Hold hold(ResultSet row) throws SQLException {
    long incident = row.getLong("held_by");
    return row.wasNull()
        ? null
        : new CustomerState.Hold(incident, SqlTime.required(row, "silent_through"));
  }
}
