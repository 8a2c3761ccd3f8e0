package dev.holdfast.event;

import dev.holdfast.platform.Jdbc;
import dev.holdfast.platform.SqlTime;
import io.quarkus.arc.All;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import javax.sql.DataSource;

/** The history: every event that was applied, by customer. */
@ApplicationScoped
public class EventStore {

  /** Bit of the column {@code flags}: available-at is assumed. */
  public static final int FLAG_ASSUMED = 1;

  /** Bit of the column {@code flags}: history, not news. */
  public static final int FLAG_BACKFILL = 2;

  private static final EventKind[] KINDS = EventKind.values();

  private static final int ROWS_STREAMED = 5_000;

  private final DataSource database;
  private final Sources sources;
  private final List<HistoryReader> readers;

  EventStore(DataSource database, Sources sources, @All List<HistoryReader> readers) {
    this.database = database;
    this.sources = sources;
    this.readers = List.copyOf(readers);
  }

  /**
   * An event of a customer who is known.
   *
   * @param sourceId of the event's source
   */
  public record CustomerEvent(long customerId, Event event, int sourceId) {}

  /** Ordered as the table is clustered. */
  private record RowKey(long customerId, EventKey key) implements Comparable<RowKey> {

    @Override
    public int compareTo(RowKey other) {
      int byCustomer = Long.compare(customerId, other.customerId);
      return byCustomer != 0 ? byCustomer : key.compareTo(other.key);
    }
  }

  private record Unstored(RowKey key, CustomerEvent event) {}

  /**
   * Stores the events that are new, in the caller's transaction. A repeat, within the list or of an
   * earlier one, is left out: its key is there already.
   *
   * @return the positions in the list of the events that were new
   */
  public Set<Integer> append(Connection connection, List<CustomerEvent> events)
      throws SQLException {
    Map<RowKey, Integer> first = new HashMap<>(2 * events.size());
    List<Unstored> clustered = new ArrayList<>(events.size());
    for (int i = 0; i < events.size(); i++) {
      // A key is a digest: made once.
      RowKey key = new RowKey(events.get(i).customerId(), events.get(i).event().key());
      if (first.putIfAbsent(key, i) == null) {
        clustered.add(new Unstored(key, events.get(i)));
      }
    }
    clustered.sort(Comparator.comparing(Unstored::key));
    Set<Integer> added = new HashSet<>();
    for (List<Unstored> chunk : Jdbc.chunks(clustered)) {
      try (PreparedStatement insert =
          connection.prepareStatement(
              "INSERT IGNORE INTO event (customer_id, event_key, source_id, kind, name,"
                  + " occurred_at, available_at, flags, event_count, amount, currency, channel,"
                  + " properties) VALUES "
                  + "(?,?,?,?,?,?,?,?,?,?,?,?,?),".repeat(chunk.size() - 1)
                  + "(?,?,?,?,?,?,?,?,?,?,?,?,?) RETURNING customer_id, event_key")) {
        int at = 1;
        for (Unstored row : chunk) {
          at = bind(insert, at, row);
        }
        // The statement's own answer tells what is new; a batch's update counts do not.
        try (ResultSet row = insert.executeQuery()) {
          while (row.next()) {
            RowKey key = new RowKey(row.getLong(1), EventKey.ofBytes(row.getBytes(2)));
            added.add(Objects.requireNonNull(first.get(key)));
          }
        }
      }
    }
    tell(connection, events, added);
    return added;
  }

  private void tell(Connection connection, List<CustomerEvent> events, Set<Integer> added)
      throws SQLException {
    Map<Long, Instant> oldest = new HashMap<>();
    for (int position : added) {
      CustomerEvent one = events.get(position);
      oldest.merge(
          one.customerId(),
          one.event().occurredAt(),
          (some, other) -> some.isBefore(other) ? some : other);
    }
    for (HistoryReader reader : readers) {
      reader.appended(connection, oldest);
    }
  }

  private static int bind(PreparedStatement insert, int first, Unstored row) throws SQLException {
    int at = first;
    Event event = row.event().event();
    insert.setLong(at++, row.key().customerId());
    insert.setBytes(at++, row.key().key().toBytes());
    insert.setInt(at++, row.event().sourceId());
    insert.setInt(at++, event.kind().ordinal());
    insert.setString(at++, event.name());
    SqlTime.set(insert, at++, event.occurredAt());
    SqlTime.set(insert, at++, event.availableAt());
    insert.setInt(
        at++,
        (event.availableAssumed() ? FLAG_ASSUMED : 0) | (event.backfill() ? FLAG_BACKFILL : 0));
    insert.setInt(at++, event.count());
    insert.setBigDecimal(at++, event.amount());
    insert.setString(at++, event.currency());
    insert.setString(at++, event.channel());
    insert.setString(at++, EventJson.writeProperties(event.properties()));
    return at;
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

  /**
   * Calls {@code consumer} with each event of a customer, in no order, without holding them all.
   */
  public void forEachOf(Connection connection, long customerId, Consumer<Event> consumer)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT event_key, source_id, kind, name, occurred_at, available_at, flags,"
                + " event_count, amount, currency, channel, properties FROM event"
                + " WHERE customer_id = ?")) {
      select.setFetchSize(ROWS_STREAMED);
      select.setLong(1, customerId);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          consumer.accept(stored(customerId, row));
        }
      }
    }
  }

  /**
   * Removes the histories of these customers, in the caller's transaction, which holds their locks.
   *
   * @return how many events there were
   */
  public int erase(Connection connection, Collection<Long> customerIds) throws SQLException {
    return Jdbc.change(connection, "DELETE FROM event WHERE customer_id IN (:ids)", customerIds);
  }

  /** The newest events of a customer from {@code since} on, newest first, at most {@code most}. */
  public List<Event> recentOf(long customerId, Instant since, int most) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT event_key, source_id, kind, name, occurred_at, available_at, flags,"
                    + " event_count, amount, currency, channel, properties FROM event"
                    + " WHERE customer_id = ? AND occurred_at >= ? ORDER BY occurred_at DESC,"
                    + " event_key DESC LIMIT ?")) {
      select.setLong(1, customerId);
      SqlTime.set(select, 2, since);
      select.setInt(3, most);
      try (ResultSet row = select.executeQuery()) {
        List<Event> recent = new ArrayList<>();
        while (row.next()) {
          recent.add(stored(customerId, row));
        }
        return recent;
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the newest events cannot be read", e);
    }
  }

  /**
   * The same of several customers in one read; for a few hundred at a time, all are in memory.
   *
   * @return by customer; without those who have none
   */
  public Map<Long, List<Event>> historiesOf(Collection<Long> customerIds) {
    if (customerIds.isEmpty()) {
      return Map.of();
    }
    String places = String.join(",", Collections.nCopies(customerIds.size(), "?"));
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT customer_id, event_key, source_id, kind, name, occurred_at, available_at,"
                    + " flags, event_count, amount, currency, channel, properties FROM event"
                    + " WHERE customer_id IN ("
                    + places
                    + ") ORDER BY customer_id, occurred_at, event_key")) {
      int at = 1;
      for (Long id : customerIds) {
        select.setLong(at++, id);
      }
      try (ResultSet row = select.executeQuery()) {
        Map<Long, List<Event>> histories = new HashMap<>();
        while (row.next()) {
          long customer = row.getLong("customer_id");
          histories.computeIfAbsent(customer, id -> new ArrayList<>()).add(stored(customer, row));
        }
        return histories;
      }
    } catch (SQLException e) {
      throw new IllegalStateException("histories cannot be read", e);
    }
  }

  /**
   * Calls {@code consumer} with each customer and its history, in the order of customers; one
   * customer at a time in memory, the rows through a streaming cursor in clustered order.
   */
  public void forEachHistory(BiConsumer<Long, List<Event>> consumer) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT customer_id, event_key, source_id, kind, name, occurred_at, available_at,"
                    + " flags, event_count, amount, currency, channel, properties FROM event"
                    + " ORDER BY customer_id, event_key")) {
      select.setFetchSize(ROWS_STREAMED);
      try (ResultSet row = select.executeQuery()) {
        long customer = 0;
        List<Event> history = new ArrayList<>();
        while (row.next()) {
          long next = row.getLong("customer_id");
          if (next != customer && !history.isEmpty()) {
            consumer.accept(customer, inOrder(history));
            history.clear();
          }
          customer = next;
          history.add(stored(customer, row));
        }
        if (!history.isEmpty()) {
          consumer.accept(customer, inOrder(history));
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the histories cannot be read", e);
    }
  }

  /** The newest instant at which an event became known; empty without any. Reads all of them. */
  public Optional<Instant> knownThrough() {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement("SELECT MAX(available_at) FROM event");
        ResultSet row = select.executeQuery()) {
      row.next();
      return Optional.ofNullable(SqlTime.read(row, 1));
    } catch (SQLException e) {
      throw new IllegalStateException("the newest event cannot be read", e);
    }
  }

  /** The newest instant at which an event of these customers became known; empty without any. */
  public Optional<Instant> knownThrough(Collection<Long> customerIds) {
    Optional<Instant> newest = Optional.empty();
    try (Connection connection = database.getConnection()) {
      for (List<Long> chunk : Jdbc.chunks(customerIds.stream().sorted().distinct().toList())) {
        try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT MAX(available_at) FROM event WHERE customer_id IN ("
                    + Jdbc.marks(chunk.size())
                    + ")")) {
          for (int i = 0; i < chunk.size(); i++) {
            select.setLong(i + 1, chunk.get(i));
          }
          try (ResultSet row = select.executeQuery()) {
            row.next();
            Instant known = SqlTime.read(row, 1);
            if (known != null && (newest.isEmpty() || known.isAfter(newest.get()))) {
              newest = Optional.of(known);
            }
          }
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the newest events cannot be read", e);
    }
    return newest;
  }

  /** The name of the newest event of each of these customers; absent if there is none. */
  public Map<Long, String> lastNames(Collection<Long> customerIds) {
    Map<Long, String> names = new HashMap<>();
    try (Connection connection = database.getConnection()) {
      for (List<Long> chunk : Jdbc.chunks(customerIds.stream().sorted().distinct().toList())) {
        try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT e.customer_id, e.name FROM event e JOIN (SELECT customer_id,"
                    + " MAX(occurred_at) AS newest FROM event WHERE customer_id IN ("
                    + Jdbc.marks(chunk.size())
                    + ") GROUP BY customer_id) n ON n.customer_id = e.customer_id AND n.newest ="
                    + " e.occurred_at ORDER BY e.customer_id, e.event_key")) {
          for (int i = 0; i < chunk.size(); i++) {
            select.setLong(i + 1, chunk.get(i));
          }
          try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
              names.put(row.getLong(1), row.getString(2));
            }
          }
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the newest events cannot be read", e);
    }
    return names;
  }

  private static List<Event> inOrder(List<Event> history) {
    return history.stream()
        .sorted(Comparator.comparing(Event::occurredAt).thenComparing(Event::key))
        .toList();
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
