package dev.holdfast.stream;

import static java.lang.Thread.State.TIMED_WAITING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class PatientBatchesTest {

  private static final Duration SHORT = Duration.ofNanos(1);

  private final List<Long> applied = new ArrayList<>();
  private final List<Long> aside = new ArrayList<>();
  private int failures;

  @Test
  void theMessageThatCannotBeAppliedIsPutAsideAndTheOthersAreAppliedInOrder() {
    batches(Set.of(3L, 700L), new IllegalArgumentException("bad")).apply(messages(1_000));

    assertThat(aside).containsExactly(3L, 700L);
    assertThat(applied).hasSize(998).isSorted().doesNotContain(3L, 700L);
  }

  @Test
  void whatTheDatabaseRefusesAsDataIsPutAside() {
    var refused = new IllegalStateException("x", new SQLException("too long", "22001"));

    batches(Set.of(0L), refused).apply(messages(2));

    assertThat(aside).containsExactly(0L);
    assertThat(applied).containsExactly(1L);
  }

  @Test
  void aTransactionThatGaveWayToAnotherBeginsAnewAndBlamesNobody() {
    var deadlock =
        new IllegalStateException(
            "x", new SQLException("Deadlock found when trying to get lock", "40001", 1213));
    var batches =
        new PatientBatches(
            records -> {
              if (failures++ < 12) {
                throw deadlock;
              }
              records.forEach(record -> applied.add(record.offset()));
            },
            (record, failure) -> aside.add(record.offset()),
            // A pause would be noticed.
            Duration.ofHours(1));

    batches.apply(messages(3));

    assertThat(applied).containsExactly(0L, 1L, 2L);
    assertThat(aside).isEmpty();
  }

  @Test
  void aStoppingProcessLeavesAFailedBatchToTheNextAndBeginsNoOther() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    var batches =
        new PatientBatches(
            records -> {
              failures++;
              begun.countDown();
              awaited(closed);
              throw new IllegalStateException("closed");
            },
            (record, failure) -> aside.add(record.offset()),
            SHORT);
    CompletableFuture<Boolean> inHand =
        CompletableFuture.supplyAsync(() -> batches.apply(messages(1)));
    awaited(begun);

    batches.stop(Duration.ofMillis(1));
    closed.countDown();

    assertThat(inHand).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(false);
    batches.stop(Duration.ofSeconds(30));
    assertThat(batches.apply(messages(1))).isFalse();
    assertThat(failures).isEqualTo(1);
    assertThat(aside).isEmpty();
  }

  @Test
  void aStopWaitsForTheBatchInHand() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    var batches =
        new PatientBatches(
            records -> {
              begun.countDown();
              awaited(goOn);
              records.forEach(record -> applied.add(record.offset()));
            },
            (record, failure) -> aside.add(record.offset()),
            SHORT);
    CompletableFuture<Boolean> inHand =
        CompletableFuture.supplyAsync(() -> batches.apply(messages(2)));
    awaited(begun);
    Thread stop =
        new Thread(
            () -> {
              try {
                batches.stop(Duration.ofSeconds(30));
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });

    stop.start();
    await().atMost(Duration.ofSeconds(30)).until(() -> stop.getState() == TIMED_WAITING);
    goOn.countDown();
    stop.join();

    assertThat(inHand).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(true);
    assertThat(applied).containsExactly(0L, 1L);
  }

  private static void awaited(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Test
  void anOutageOfAnyLengthIsWaitedOut() {
    var outage = new IllegalStateException("x", new SQLException("gone", "08000"));
    var batches =
        new PatientBatches(
            records -> {
              if (failures++ < 12) {
                throw outage;
              }
              applied.add(records.get(0).offset());
            },
            (record, failure) -> aside.add(record.offset()),
            SHORT);

    batches.apply(messages(1));

    assertThat(applied).containsExactly(0L);
    assertThat(aside).isEmpty();
  }

  @Test
  void aFaultOfOursDoesNotEmptyTheStreamIntoTheQuarantine() {

    var fault = new NullPointerException("ours");
    var batches =
        new PatientBatches(
            records -> {
              if (aside.size() == 20 && failures++ > 10) {
                Thread.currentThread().interrupt();
              }
              throw fault;
            },
            (record, failure) -> aside.add(record.offset()),
            SHORT);

    assertThatThrownBy(() -> batches.apply(messages(100))).isSameAs(fault);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(aside).hasSize(20);
  }

  private PatientBatches batches(Set<Long> bad, RuntimeException failure) {
    return new PatientBatches(
        records -> {
          if (records.stream().anyMatch(record -> bad.contains(record.offset()))) {
            throw failure;
          }
          records.forEach(record -> applied.add(record.offset()));
        },
        (record, why) -> {
          assertThat(why).isSameAs(failure);
          aside.add(record.offset());
        },
        SHORT);
  }

  private static List<ConsumerRecord<byte[], byte[]>> messages(int count) {
    byte[] value = "{}".getBytes(StandardCharsets.UTF_8);
    return IntStream.range(0, count)
        .mapToObj(i -> new ConsumerRecord<byte[], byte[]>("topic", 0, i, value, value))
        .toList();
  }
}
