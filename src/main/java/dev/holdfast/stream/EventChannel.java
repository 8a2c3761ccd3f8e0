package dev.holdfast.stream;

import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.common.annotation.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/**
 * Takes batches from the topic of events. The offsets are committed after the batch's transaction;
 * what cannot be applied waits or is put aside, see {@link PatientBatches}.
 *
 * <p>There are as many workers as {@code mp.messaging.incoming.events.concurrency} says, each a
 * consumer of its own with partitions of its own: the events of a customer stay in order, and the
 * workers share nothing but the database.
 */
@ApplicationScoped
class EventChannel {

  /** Small enough for a short transaction, large enough to share its cost. */
  private static final int BATCH = 2_000;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

  private final PatientBatches batches;

  EventChannel(EventBatch batch) {
    this.batches = new PatientBatches(batch::apply, batch::putAside, FIRST_PAUSE);
  }

  void atStop(@Observes ShutdownEvent stop) {
    batches.stop();
  }

  @Incoming("events")
  @Blocking
  void consume(ConsumerRecords<byte[], byte[]> records) {
    List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
    records.forEach(all::add);
    for (int from = 0; from < all.size(); from += BATCH) {
      batches.apply(all.subList(from, Math.min(all.size(), from + BATCH)));
    }
  }
}
