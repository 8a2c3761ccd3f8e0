package dev.holdfast.platform;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jboss.logging.Logger;

/**
 * Sends what the {@link Outbox} holds, then deletes it. A row is claimed by moving its {@code
 * due_at} forward, which is the lease: if this process dies, the row falls due again and another
 * relay sends it. So a message may arrive twice, with the same {@code holdfast-id}, and is never
 * lost.
 *
 * <p>Messages of a batch go out in the order of their ids; several relays never hold the same row.
 */
@ApplicationScoped
public class OutboxRelay {

  private static final Logger LOG = Logger.getLogger(OutboxRelay.class);
  private static final int BATCH = 500;

  /** Longer than the producer's delivery time-out, so that a row is not sent by two at once. */
  private static final int LEASE_SECONDS = 60;

  private static final Duration ACKNOWLEDGEMENT = Duration.ofSeconds(30);
  private static final int LONGEST_BACKOFF_SECONDS = 300;

  private final DataSource database;
  private final Rounds rounds;
  private final Broker broker;

  OutboxRelay(DataSource database, Broker broker, Rounds rounds) {
    this.database = database;
    this.broker = broker;
    this.rounds = rounds;
  }

  private record Row(
      long id, String topic, String key, String type, String payload, int attempts) {}

  private record Sent(Row row, Future<RecordMetadata> acknowledgement) {}

  @Scheduled(every = "1s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void onTick() {
    rounds.round(LOG, "Messages could not be sent", () -> relay(rounds::on));
  }

  /**
   * Sends what is due; one thread at a time, so that a batch never overtakes another in this
   * process.
   *
   * @return how many messages the broker acknowledged
   */
  public int relay() {
    return relay(() -> true);
  }

  private synchronized int relay(BooleanSupplier goOn) {
    if (!broker.configured()) {
      return 0;
    }
    int sent = 0;
    while (goOn.getAsBoolean()) {
      List<Row> rows = QuarkusTransaction.requiringNew().call(this::claim);
      if (rows.isEmpty()) {
        return sent;
      }
      int acknowledged = send(rows);
      sent += acknowledged;
      if (acknowledged < rows.size() || rows.size() < BATCH) {
        return sent;
      }
    }
    return sent;
  }

  private List<Row> claim() throws SQLException {
    try (var connection = database.getConnection()) {
      var rows = new ArrayList<Row>();
      try (var select =
          connection.prepareStatement(
              "SELECT id, topic, message_key, type, payload, attempts FROM outbox"
                  + " WHERE due_at <= UTC_TIMESTAMP(6) ORDER BY due_at, id LIMIT "
                  + BATCH
                  + " FOR UPDATE SKIP LOCKED")) {
        try (var result = select.executeQuery()) {
          while (result.next()) {
            rows.add(
                new Row(
                    result.getLong(1),
                    result.getString(2),
                    result.getString(3),
                    result.getString(4),
                    result.getString(5),
                    result.getInt(6) + 1));
          }
        }
      }
      if (!rows.isEmpty()) {
        update(
            connection,
            "UPDATE outbox SET attempts = attempts + 1, due_at = UTC_TIMESTAMP(6) + INTERVAL "
                + LEASE_SECONDS
                + " SECOND WHERE id IN ",
            rows);
      }
      rows.sort(Comparator.comparingLong(Row::id));
      return rows;
    }
  }

  private int send(List<Row> rows) {
    var pending = new ArrayList<Sent>();
    var failed = new ArrayList<Row>();
    String reason = "";
    for (Row row : rows) {
      if (!failed.isEmpty()) {
        // Nothing overtakes a message that could not be handed over.
        failed.add(row);
        continue;
      }
      try {
        pending.add(new Sent(row, broker.producer().send(record(row))));
      } catch (RuntimeException e) {
        reason = e.getMessage();
        failed.add(row);
      }
    }
    var acknowledged = new ArrayList<Row>();
    long deadline = System.nanoTime() + ACKNOWLEDGEMENT.toNanos();
    for (Sent sent : pending) {
      try {
        sent.acknowledgement().get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        acknowledged.add(sent.row());
      } catch (ExecutionException | TimeoutException e) {
        reason = e.getMessage();
        failed.add(sent.row());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        failed.add(sent.row());
      }
    }
    QuarkusTransaction.requiringNew().call(() -> settle(acknowledged, failed));
    if (!failed.isEmpty()) {
      LOG.warnf(
          "The outbox could not send %d of %d messages (%s); they stay and are tried again",
          failed.size(), rows.size(), reason);
    }
    return acknowledged.size();
  }

  private static ProducerRecord<byte[], byte[]> record(Row row) {
    var message =
        new ProducerRecord<>(row.topic(), Broker.utf8(row.key()), Broker.utf8(row.payload()));
    message.headers().add("holdfast-id", Broker.utf8(Long.toString(row.id())));
    message.headers().add("holdfast-type", Broker.utf8(row.type()));
    return message;
  }

  private boolean settle(List<Row> acknowledged, List<Row> failed) throws SQLException {
    try (var connection = database.getConnection()) {
      if (!acknowledged.isEmpty()) {
        update(connection, "DELETE FROM outbox WHERE id IN ", acknowledged);
      }
      if (!failed.isEmpty()) {
        int attempts = failed.stream().mapToInt(Row::attempts).max().orElse(1);
        int backoff = Math.min(LONGEST_BACKOFF_SECONDS, 1 << Math.min(attempts, 9));
        update(
            connection,
            "UPDATE outbox SET due_at = UTC_TIMESTAMP(6) + INTERVAL "
                + backoff
                + " SECOND WHERE id IN ",
            failed);
      }
      return true;
    }
  }

  private static void update(Connection connection, String statement, List<Row> rows)
      throws SQLException {
    String ids = rows.stream().map(row -> "?").collect(Collectors.joining(", ", "(", ")"));
    try (var update = connection.prepareStatement(statement + ids)) {
      for (int i = 0; i < rows.size(); i++) {
        update.setLong(i + 1, rows.get(i).id());
      }
      update.executeUpdate();
    }
  }
}
