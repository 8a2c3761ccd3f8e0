package dev.holdfast.stream;

import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.common.annotation.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jspecify.annotations.Nullable;

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

  /** How long a stop waits for the batches in hand. */
  private static final Duration IN_HAND = Duration.ofSeconds(10);

  private final PatientBatches batches;

  EventChannel(EventBatch batch) {
    this.batches = new PatientBatches(batch::apply, batch::putAside, FIRST_PAUSE);
  }

  void atStop(@Observes ShutdownEvent stop) throws InterruptedException {
    batches.stop(IN_HAND);
  }

  /** What it returns is done once all are committed, and never if the process stops before. */
  @Incoming("events")
  @Blocking
  CompletionStage<@Nullable Void> consume(ConsumerRecords<byte[], byte[]> records) {
    List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
    records.forEach(all::add);
    for (int from = 0; from < all.size(); from += BATCH) {
      if (!batches.apply(all.subList(from, Math.min(all.size(), from + BATCH)))) {
        return new CompletableFuture<>();
      }
    }
    return CompletableFuture.completedStage(null);
  }
}
