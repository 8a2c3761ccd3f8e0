package dev.holdfast.stream;

import dev.holdfast.event.AppliedOffsets;
import dev.holdfast.event.EventLog;
import dev.holdfast.platform.DatabaseWatch;
import dev.holdfast.platform.Rounds;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.reactive.messaging.kafka.KafkaConsumerRebalanceListener;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.jboss.logging.Logger;

/**
 * Notices a stream that has stopped: a partition of ours has messages, and none of them has been
 * applied for longer than the limit. While the database is away or the broker does not answer,
 * nothing can be applied, so that time does not count: a restart would mend neither.
 */
@Liveness
@ApplicationScoped
@Identifier("stream-watch")
class StreamWatch implements HealthCheck, KafkaConsumerRebalanceListener {

  private static final Logger LOG = Logger.getLogger(StreamWatch.class);

  private final EventLog log;
  private final AppliedOffsets applied;
  private final DatabaseWatch database;
  private final Duration limit;
  private final Rounds rounds;
  private final Set<Integer> ours = ConcurrentHashMap.newKeySet();

  private final StandingPartitions standing = new StandingPartitions();

  StreamWatch(
      EventLog log,
      AppliedOffsets applied,
      DatabaseWatch database,
      @ConfigProperty(name = "holdfast.stream.stuck-after", defaultValue = "120S") Duration limit,
      Rounds rounds) {
    this.log = log;
    this.applied = applied;
    this.database = database;
    this.limit = limit;
    this.rounds = rounds;
  }

  @Override
  public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
    partitions.forEach(partition -> ours.add(partition.partition()));
  }

  @Override
  public void onPartitionsRevoked(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
    partitions.forEach(
        partition -> {
          ours.remove(partition.partition());
          standing.forget(partition.partition());
        });
  }

  @Override
  public void onPartitionsLost(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
    onPartitionsRevoked(consumer, partitions);
  }

  @Scheduled(
      every = "{holdfast.stream.watch-every:5s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void onTick() {
    rounds.round(LOG, "The stream could not be watched", this::look);
  }

  private void look() {
    if (ours.isEmpty()) {
      return;
    }
    try {
      Map<Integer, Long> ends = log.endOffsets();
      Map<Integer, Long> next = applied.next();
      if (database.away()) {
        standing.forget();
      } else {
        standing.look(ours, ends, next, System.nanoTime());
      }
    } catch (RuntimeException unknown) {
      // The broker or the database is away, or was during the question.
      standing.forget();
    }
  }

  /** Asks nobody, so that it answers whatever hangs. */
  @Override
  public HealthCheckResponse call() {
    var health = HealthCheckResponse.named("stream").up();
    if (!database.away()) {
      standing
          .longerThan(limit)
          .forEach(
              (partition, still) -> {
                LOG.errorf(
                    "Partition %d has not moved for %d s although it has messages",
                    partition, still.toSeconds());
                health
                    .down()
                    .withData("partition-" + partition, "still for " + still.toSeconds() + " s");
              });
    }
    return health.build();
  }
}
