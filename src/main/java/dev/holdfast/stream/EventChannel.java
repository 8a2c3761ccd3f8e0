package dev.holdfast.stream;

import io.smallrye.common.annotation.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/**
 * Takes batches from the topic of events. The offsets are committed after the batch's transaction.
 *
 * <p>A batch that fails for want of the database is tried again in place, so that an outage pauses
 * the stream and never fills the quarantine. A batch that fails because of what is in it is halved
 * until the message is found, and only that one is put aside.
 */
@ApplicationScoped
class EventChannel {

  private static final Logger LOG = Logger.getLogger(EventChannel.class);

  /** Small enough for a short transaction, large enough to share its cost. */
  private static final int BATCH = 1_000;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private final EventBatch batch;

  EventChannel(EventBatch batch) {
    this.batch = batch;
  }

  @Incoming("events")
  @Blocking
  void consume(ConsumerRecords<byte[], byte[]> records) {
    List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
    records.forEach(all::add);
    for (int from = 0; from < all.size(); from += BATCH) {
      applyPatiently(all.subList(from, Math.min(all.size(), from + BATCH)));
    }
  }

  private void applyPatiently(List<ConsumerRecord<byte[], byte[]>> records) {
    Duration pause = FIRST_PAUSE;
    Duration waited = Duration.ZERO;
    while (true) {
      try {
        batch.apply(records);
        return;
      } catch (RuntimeException failure) {
        if (blamesTheMessage(failure)) {
          isolate(records, failure);
          return;
        }
        if (Thread.currentThread().isInterrupted() || waited.compareTo(PATIENCE) > 0) {
          throw failure;
        }
        LOG.warnf(
            "A batch of %d messages could not be applied (%s); trying again in %d ms",
            records.size(), rootMessage(failure), pause.toMillis());
        LockSupport.parkNanos(pause.toNanos());
        waited = waited.plus(pause);
        Duration longer = pause.multipliedBy(2);
        pause = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
      }
    }
  }

  private void isolate(List<ConsumerRecord<byte[], byte[]>> records, RuntimeException failure) {
    if (records.size() > 1) {
      int half = records.size() / 2;
      applyPatiently(records.subList(0, half));
      applyPatiently(records.subList(half, records.size()));
      return;
    }
    ConsumerRecord<byte[], byte[]> record = records.get(0);
    try {
      // Alone and once more: a constraint may have been broken by somebody else's transaction.
      batch.apply(records);
      return;
    } catch (RuntimeException again) {
      if (!blamesTheMessage(again)) {
        applyPatiently(records);
        return;
      }
    }
    LOG.errorf(
        failure,
        "The message at %s partition %d offset %d cannot be applied and is put aside",
        record.topic(),
        record.partition(),
        record.offset());
    batch.putAside(record, rootMessage(failure));
  }

  /**
   * True if trying again cannot help: the database refuses a value or a constraint, or our own code
   * a value. Anything else may be the surroundings and is tried again.
   */
  static boolean blamesTheMessage(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql) {
        String state = sql.getSQLState();
        return state != null && (state.startsWith("22") || state.startsWith("23"));
      }
      if (cause instanceof IllegalArgumentException
          || cause instanceof ArithmeticException
          || cause instanceof IndexOutOfBoundsException
          || cause instanceof NullPointerException
          || cause instanceof ClassCastException
          || cause instanceof DateTimeException) {
        return true;
      }
    }
    return false;
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getClass().getSimpleName() + ": " + root.getMessage();
  }
}
