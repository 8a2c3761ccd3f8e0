package dev.holdfast.stream;

import io.smallrye.common.annotation.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/**
 * Takes batches from the topic of events. The offsets are committed after the batch's transaction;
 * a batch that fails for want of the database is tried again in place, so that an outage pauses the
 * stream and never fills the quarantine.
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

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getClass().getSimpleName() + ": " + root.getMessage();
  }
}
