package dev.holdfast.event;

import dev.holdfast.platform.SqlTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;

/** The history: every event that was applied, by customer. */
@ApplicationScoped
public class EventStore {

  /** Bit of the column {@code flags}: available-at is assumed. */
  public static final int FLAG_ASSUMED = 1;

  /** Bit of the column {@code flags}: history, not news. */
  public static final int FLAG_BACKFILL = 2;

  private static final EventKind[] KINDS = EventKind.values();

  private final DataSource database;
  private final Sources sources;

  EventStore(DataSource database, Sources sources) {
    this.database = database;
    this.sources = sources;
  }

  /**
   * All events of a customer, ordered by (occurredAt, key). The table keeps the key of an event and
   * not its id, so the id is {@link EventKey#asId}, which has the same key; the customer is {@code
   * id:} and the internal number.
   */
  public List<Event> historyOf(long customerId) {
    try (Connection connection = database.getConnection()) {
      return historyOf(connection, customerId);
    } catch (SQLException e) {
      throw new IllegalStateException("a history cannot be read", e);
    }
  }

  /** As {@link #historyOf(long)}, seeing what the caller's transaction wrote. */
  public List<Event> historyOf(Connection connection, long customerId) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT event_key, source_id, kind, name, occurred_at, available_at, flags,"
                + " event_count, amount, currency, channel, properties FROM event"
                + " WHERE customer_id = ? ORDER BY occurred_at, event_key")) {
      select.setLong(1, customerId);
      try (ResultSet row = select.executeQuery()) {
        List<Event> history = new ArrayList<>();
        while (row.next()) {
          history.add(stored(customerId, row));
        }
        return history;
      }
    }
  }

  private Event stored(long customerId, ResultSet row) throws SQLException {
    EventKey key = EventKey.ofBytes(row.getBytes("event_key"));
    int flags = row.getInt("flags");
    return new Event(
        key.asId(),
        sources.nameOf(row.getInt("source_id")),
        "id:" + customerId,
        row.getString("name"),
        KINDS[row.getInt("kind")],
        Objects.requireNonNull(SqlTime.read(row, "occurred_at")),
        Objects.requireNonNull(SqlTime.read(row, "available_at")),
        (flags & FLAG_ASSUMED) != 0,
        row.getInt("event_count"),
        row.getBigDecimal("amount"),
        row.getString("currency"),
        row.getString("channel"),
        EventJson.readProperties(row.getString("properties")),
        (flags & FLAG_BACKFILL) != 0);
  }
}
