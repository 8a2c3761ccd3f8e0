package dev.holdfast.stream;

import dev.holdfast.event.AppliedOffsets;
import dev.holdfast.event.EventLog;
import dev.holdfast.platform.Broker;
import dev.holdfast.platform.Jdbc;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.Topics;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/**
 * How far each partition of the topic of events is applied. Written in the transaction of the
 * batch, so that a message delivered again after a crash is recognised by its offset and counted
 * once.
 */
@ApplicationScoped
public class PartitionProgress {

  private static final Logger LOG = Logger.getLogger(PartitionProgress.class);

  private final DataSource database;
  private final Broker broker;
  private final EventLog log;
  private final AppliedOffsets applied;

  PartitionProgress(DataSource database, Broker broker, EventLog log, AppliedOffsets applied) {
    this.database = database;
    this.broker = broker;
    this.log = log;
    this.applied = applied;
  }

  /**
   * Moves each partition past these records, in the caller's transaction.
   *
   * @return the records that were not applied before, in their order
   */
  List<ConsumerRecord<byte[], byte[]>> advance(
      Connection connection, List<ConsumerRecord<byte[], byte[]>> records) throws SQLException {
    SortedMap<Integer, Long> reached = locked(connection, records);
    List<ConsumerRecord<byte[], byte[]>> unseen = new ArrayList<>(records.size());
    for (ConsumerRecord<byte[], byte[]> record : records) {
      if (record.offset() >= reached.getOrDefault(record.partition(), 0L)) {
        unseen.add(record);
        reached.put(record.partition(), record.offset() + 1);
      }
    }
    store(
        connection,
        "INSERT",
        reached,
        " ON DUPLICATE KEY UPDATE next_offset = VALUES(next_offset)");
    return unseen;
  }

  /** The next offset of each partition of these records; the rows are locked, in their order. */
  private static SortedMap<Integer, Long> locked(
      Connection connection, List<ConsumerRecord<byte[], byte[]>> records) throws SQLException {
    SortedSet<Integer> partitions = new TreeSet<>();
    records.forEach(record -> partitions.add(record.partition()));
    SortedMap<Integer, Long> next = lockedOf(connection, partitions);
    if (next.size() < partitions.size()) {
      SortedMap<Integer, Long> first = new TreeMap<>();
      partitions.forEach(partition -> first.put(partition, 0L));
      store(connection, "INSERT IGNORE", first, "");
      next = lockedOf(connection, partitions);
    }
    return next;
  }

  private static SortedMap<Integer, Long> lockedOf(
      Connection connection, SortedSet<Integer> partitions) throws SQLException {
    SortedMap<Integer, Long> next = new TreeMap<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT partition_no, next_offset FROM partition_progress WHERE topic = ?"
                + " AND partition_no IN ("
                + Jdbc.marks(partitions.size())
                + ") ORDER BY partition_no FOR UPDATE")) {
      select.setString(1, Topics.EVENTS);
      int at = 2;
      for (int partition : partitions) {
        select.setInt(at++, partition);
      }
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          next.put(row.getInt(1), row.getLong(2));
        }
      }
    }
    return next;
  }

  private static void store(
      Connection connection, String insert, SortedMap<Integer, Long> next, String otherwise)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            insert
                + " INTO partition_progress (topic, partition_no, next_offset) VALUES "
                + "(?,?,?),".repeat(next.size() - 1)
                + "(?,?,?)"
                + otherwise)) {
      int at = 1;
      for (Map.Entry<Integer, Long> entry : next.entrySet()) {
        statement.setString(at++, Topics.EVENTS);
        statement.setInt(at++, entry.getKey());
        statement.setLong(at++, entry.getValue());
      }
      statement.executeUpdate();
    }
  }

  /** True if every message so far is applied. */
  public boolean allCaughtUp() {
    return behind() == 0;
  }

  /** How many messages on the log are not applied yet. */
  public long behind() {
    return applied.missing(log.endOffsets());
  }

  /**
   * Begins again where the log is younger than the progress (the broker's data were lost or
   * replaced): offsets of the old log say nothing about the new one, and repeats are recognised by
   * their keys.
   */
  void forgetLostLog(@Observes @Priority(Interceptor.Priority.LIBRARY_BEFORE) StartupEvent start) {
    if (!broker.configured()) {
      return;
    }
    try {
      forgetLostLog();
    } catch (Problem absent) {
      // Without the broker nothing is consumed either; the next start looks again.
      LOG.warnf("The log of events could not be compared with the progress: %s", absent.detail());
    }
  }

  private void forgetLostLog() {
    Map<Integer, Long> ends = log.endOffsets();
    applied
        .next()
        .forEach(
            (partition, next) -> {
              if (ends.getOrDefault(partition, 0L) < next) {
                LOG.warnf(
                    "Partition %d ends before offset %d that was applied: its log was replaced;"
                        + " reading it from its beginning",
                    partition, next);
                reset(partition);
              }
            });
  }

  private void reset(int partition) {
    try (Connection connection = database.getConnection();
        PreparedStatement delete =
            connection.prepareStatement(
                "DELETE FROM partition_progress WHERE topic = ? AND partition_no = ?")) {
      delete.setString(1, Topics.EVENTS);
      delete.setInt(2, partition);
      delete.executeUpdate();
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot reset the progress", failure);
    }
  }
}
