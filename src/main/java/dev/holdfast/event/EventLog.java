package dev.holdfast.event;

import dev.holdfast.platform.Broker;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.Topics;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.jspecify.annotations.Nullable;

/**
 * The one log in: the topic {@link Topics#EVENTS}, keyed by customer, so that the events of a
 * customer stay in order. What was acknowledged is on the log for good; what was not may or may not
 * be, and sending it again changes nothing, because events are recognised by their ids.
 */
@ApplicationScoped
public class EventLog {

  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
  private static final Duration OFFSETS_WITHIN = Duration.ofSeconds(15);

  /** Bounds the memory of an import: about 20 MB of events under way. */
  private static final int MAX_IN_FLIGHT = 20_000;

  private final Broker broker;
  private final EventsConfig config;

  /** Kept open: the timers ask every second where the log ends. */
  private @Nullable Admin admin;

  EventLog(Broker broker, EventsConfig config) {
    this.broker = broker;
    this.config = config;
  }

  /**
   * Appends {@code events} and returns when the broker has acknowledged all of them.
   *
   * @throws Problem 503 if it has not in time; some of the events may be on the log then
   */
  public void send(List<Event> events) {
    Batch batch = open();
    for (Event event : events) {
      batch.add(event);
    }
    batch.finish();
  }

  /** An event with its bytes on the wire, so that they are written once. */
  record Written(Event event, byte[] value) {

    static Written of(Event event) {
      return new Written(event, EventJson.write(event));
    }
  }

  /** As {@link #send}, of events whose bytes are known, for a caller who waits. */
  void sendWritten(List<Written> events) {
    Batch batch = new Batch(producer(), config.answerWithin());
    for (Written event : events) {
      batch.send(record(event));
    }
    batch.finish();
  }

  /** Begins to append many events with a bounded number under way. One thread uses a batch. */
  public Batch open() {
    return new Batch(producer(), config.acknowledgeWithin());
  }

  /** Sends a message as it came, for example one from the quarantine. */
  void resend(byte @Nullable [] key, byte @Nullable [] value, @Nullable EventFacts facts) {
    var record = new ProducerRecord<byte[], byte[]>(Topics.EVENTS, key, value);
    if (facts != null) {
      facts.addTo(record.headers());
    }
    Batch batch = open();
    batch.send(record);
    batch.finish();
  }

  /**
   * Where the log ends now: the next offset of each of its partitions.
   *
   * @throws Problem 503 if the broker does not answer
   */
  public Map<Integer, Long> endOffsets() {
    try {
      Admin asked = admin();
      TopicDescription topic =
          asked
              .describeTopics(List.of(Topics.EVENTS))
              .topicNameValues()
              .values()
              .iterator()
              .next()
              .get(OFFSETS_WITHIN.toSeconds(), TimeUnit.SECONDS);
      Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
      for (TopicPartitionInfo partition : topic.partitions()) {
        latest.put(new TopicPartition(Topics.EVENTS, partition.partition()), OffsetSpec.latest());
      }
      Map<TopicPartition, ListOffsetsResultInfo> ends =
          asked.listOffsets(latest).all().get(OFFSETS_WITHIN.toSeconds(), TimeUnit.SECONDS);
      Map<Integer, Long> offsets = new TreeMap<>();
      ends.forEach((partition, end) -> offsets.put(partition.partition(), end.offset()));
      return offsets;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable("the wait was interrupted");
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      // The next one may find another broker behind the same name.
      closeAdmin();
      throw unavailable("it did not say where the log of events ends");
    }
  }

  private synchronized Admin admin() {
    Admin present = admin;
    if (present == null) {
      present = broker.admin();
      admin = present;
    }
    return present;
  }

  @PreDestroy
  synchronized void closeAdmin() {
    if (admin != null) {
      admin.close(Duration.ZERO);
      admin = null;
    }
  }

  private Producer<byte[], byte[]> producer() {
    if (!broker.configured()) {
      throw unavailable("none is configured");
    }
    return broker.producer();
  }

  private static Problem unavailable(String why) {
    return Problem.unavailable(
        "Kafka cannot take events now: "
            + why
            + ". Send the same events again; repeats are harmless.",
        RETRY_AFTER);
  }

  static ProducerRecord<byte[], byte[]> record(Written written) {
    Event event = written.event();
    var record =
        new ProducerRecord<>(
            Topics.EVENTS, event.customer().getBytes(StandardCharsets.UTF_8), written.value());
    new EventFacts(event.availableAt(), event.availableAssumed(), event.backfill())
        .addTo(record.headers());
    return record;
  }

  /** Events under way to the log. */
  public final class Batch {

    private final Producer<byte[], byte[]> producer;
    private final Semaphore room = new Semaphore(MAX_IN_FLIGHT);
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private final Map<Integer, Long> nextOffsets = new ConcurrentHashMap<>();

    private final Duration acknowledgedWithin;

    private Batch(Producer<byte[], byte[]> producer, Duration acknowledgedWithin) {
      this.producer = producer;
      this.acknowledgedWithin = acknowledgedWithin;
    }

    /**
     * Appends one event, waiting if too many are under way.
     *
     * @throws Problem 503 if an earlier one was refused or the broker does not acknowledge in time
     */
    public void add(Event event) {
      send(record(Written.of(event)));
    }

    private void send(ProducerRecord<byte[], byte[]> record) {
      await(1);
      try {
        producer.send(
            record,
            (sent, e) -> {
              if (e == null) {
                nextOffsets.merge(sent.partition(), sent.offset() + 1, Math::max);
              } else {
                failure.compareAndSet(null, e);
              }
              room.release();
            });
      } catch (KafkaException e) {
        room.release();
        throw unavailable("it did not take a message");
      }
    }

    /**
     * Waits until all are acknowledged.
     *
     * @return per partition the offset that follows the last of these events
     * @throws Problem 503 if one was refused or not acknowledged in time
     */
    public Map<Integer, Long> finish() {
      await(MAX_IN_FLIGHT);
      room.release(MAX_IN_FLIGHT);
      requireNoFailure();
      return Map.copyOf(nextOffsets);
    }

    private void await(int permits) {
      try {
        if (!room.tryAcquire(permits, acknowledgedWithin.toMillis(), TimeUnit.MILLISECONDS)) {
          throw unavailable("it did not acknowledge within " + acknowledgedWithin);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw unavailable("the wait was interrupted");
      }
      if (failure.get() != null) {
        room.release(permits);
        requireNoFailure();
      }
    }

    private void requireNoFailure() {
      Exception e = failure.get();
      if (e != null) {
        throw unavailable("it refused a message (" + e.getClass().getSimpleName() + ")");
      }
    }
  }
}
