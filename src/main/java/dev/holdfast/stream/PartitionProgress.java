package dev.holdfast.stream;

import dev.holdfast.event.AppliedOffsets;
import dev.holdfast.event.EventLog;
import dev.holdfast.platform.Broker;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
    Map<Integer, Long> reached = new HashMap<>();
    List<ConsumerRecord<byte[], byte[]>> unseen = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      Long next = reached.get(record.partition());
      if (next == null) {
        next = locked(connection, record.topic(), record.partition());
      }
      if (record.offset() >= next) {
        unseen.add(record);
        next = record.offset() + 1;
      }
      reached.put(record.partition(), next);
    }
    for (Map.Entry<Integer, Long> entry : new TreeMap<>(reached).entrySet()) {
      try (PreparedStatement update =
          connection.prepareStatement(
              "UPDATE partition_progress SET next_offset = ? WHERE topic = ? AND partition_no ="
                  + " ?")) {
        update.setLong(1, entry.getValue());
        update.setString(2, Topics.EVENTS);
        update.setInt(3, entry.getKey());
        update.executeUpdate();
      }
    }
    return unseen;
  }

  private static long locked(Connection connection, String topic, int partition)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT IGNORE INTO partition_progress (topic, partition_no, next_offset) VALUES"
                + " (?, ?, 0)")) {
      insert.setString(1, topic);
      insert.setInt(2, partition);
      insert.executeUpdate();
    }
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT next_offset FROM partition_progress WHERE topic = ? AND partition_no = ? FOR"
                + " UPDATE")) {
      select.setString(1, topic);
      select.setInt(2, partition);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
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
