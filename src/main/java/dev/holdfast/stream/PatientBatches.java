package dev.holdfast.stream;

import dev.holdfast.platform.Failures;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/**
 * Gets every message dealt with, in its order. What fails for want of the database is tried again
 * in place, for as long as it takes: an outage pauses the stream and never fills the quarantine.
 * What fails because of what a message holds is halved until that message stands alone, and it is
 * put aside. A transaction that gave way to another begins anew without a word.
 *
 * <p>Thread-safe, as long as no two threads bring messages of the same partition.
 */
final class PatientBatches {

  private static final Logger LOG = Logger.getLogger(PatientBatches.class);

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  /** As often must a failure come before a message is blamed for it. */
  private static final int TRIES = 3;

  /** As often a batch begins anew at once when another transaction held what it needed. */
  private static final int CONFLICTS = 20;

  private static final long LONGEST_JITTER_NANOS = Duration.ofMillis(50).toNanos();

  /** When so many of a partition fail in a row, the fault is ours and not theirs: they wait. */
  private static final int MAX_PUT_ASIDE_IN_A_ROW = 20;

  private final Consumer<List<ConsumerRecord<byte[], byte[]>>> batch;
  private final BiConsumer<ConsumerRecord<byte[], byte[]>, RuntimeException> putAside;
  private final Duration firstPause;
  private volatile boolean stopping;

  /** Read by each batch, written by the stop. */
  private final ReadWriteLock inHand = new ReentrantReadWriteLock();

  /** By partition, since workers share this; a partition is one worker's. */
  private final Map<Integer, Integer> putAsideInARow = new ConcurrentHashMap<>();

  /**
   * @param batch applies messages in one transaction, all or none
   * @param putAside moves one message to the quarantine
   * @param firstPause before the second try; doubled up to two seconds
   */
  PatientBatches(
      Consumer<List<ConsumerRecord<byte[], byte[]>>> batch,
      BiConsumer<ConsumerRecord<byte[], byte[]>, RuntimeException> putAside,
      Duration firstPause) {
    this.batch = batch;
    this.putAside = putAside;
    this.firstPause = firstPause;
  }

  /**
   * Returns when all are applied or put aside, or the process stops.
   *
   * @return false if the process stops and these are left to the next, which is given them again
   * @throws RuntimeException the last failure, if the thread is interrupted
   */
  boolean apply(List<ConsumerRecord<byte[], byte[]>> records) {
    if (!inHand.readLock().tryLock()) {
      return false;
    }
    try {
      return !stopping && applied(records);
    } finally {
      inHand.readLock().unlock();
    }
  }

  private boolean applied(List<ConsumerRecord<byte[], byte[]>> records) {
    Duration pause = firstPause;
    int conflicts = 0;
    for (int failures = 1; ; failures++) {
      try {
        batch.accept(records);
        if (!putAsideInARow.isEmpty()) {
          records.forEach(record -> putAsideInARow.remove(record.partition()));
        }
        return true;
      } catch (RuntimeException failure) {
        if (stopping) {
          LOG.infof("%d messages (%s) are left to the next start", records.size(), words(failure));
          return false;
        }
        if (Thread.currentThread().isInterrupted()) {
          throw failure;
        }
        if (Failures.isConflict(failure) && conflicts++ < CONFLICTS) {
          failures--;
          // At random, so that the same two do not meet again.
          LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(LONGEST_JITTER_NANOS));
          continue;
        }
        if (failures >= TRIES && liesInTheData(failure) && isolated(records, failure)) {
          return !stopping;
        }
        LOG.warnf(
            "A batch of %d messages could not be applied (%s); trying again in %d ms",
            records.size(), words(failure), pause.toMillis());
        LockSupport.parkNanos(pause.toNanos());
        Duration longer = pause.multipliedBy(2);
        pause = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
      }
    }
  }

  /**
   * Begins no batch any more and waits for those in hand, for which a failure now is the end: what
   * the process needs for another attempt goes away.
   *
   * @param atMost to wait
   */
  void stop(Duration atMost) throws InterruptedException {
    stopping = true;
    // Kept: nobody reads any more.
    if (!inHand.writeLock().tryLock(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
      LOG.warnf("Batches were still at work %s after the stop began", atMost);
    }
  }

  private boolean isolated(List<ConsumerRecord<byte[], byte[]>> records, RuntimeException failure) {
    if (records.size() > 1) {
      int half = records.size() / 2;
      apply(records.subList(0, half));
      apply(records.subList(half, records.size()));
      return true;
    }
    ConsumerRecord<byte[], byte[]> record = records.get(0);
    if (putAsideInARow.getOrDefault(record.partition(), 0) >= MAX_PUT_ASIDE_IN_A_ROW) {
      return false;
    }
    try {
      putAside.accept(record, failure);
    } catch (RuntimeException notEvenThat) {
      failure.addSuppressed(notEvenThat);
      return false;
    }
    putAsideInARow.merge(record.partition(), 1, Integer::sum);
    LOG.errorf(
        failure,
        "The message at %s/%d/%d cannot be applied and was put aside",
        record.topic(),
        record.partition(),
        record.offset());
    return true;
  }

  /** What trying again can never mend. Anything else may be the state of the machinery. */
  private static boolean liesInTheData(Throwable failure) {
    Throwable root = root(failure);
    if (root instanceof SQLException refused) {
      String state = refused.getSQLState();
      return state != null && (state.startsWith("22") || state.startsWith("23"));
    }
    return root instanceof IllegalArgumentException
        || root instanceof ArithmeticException
        || root instanceof DateTimeException
        || root instanceof NullPointerException
        || root instanceof ClassCastException
        || root instanceof IndexOutOfBoundsException;
  }

  /** The failure in a line: its root, which is what differs. */
  static String words(Throwable failure) {
    Throwable root = root(failure);
    return root.getClass().getSimpleName() + ": " + root.getMessage();
  }

  private static Throwable root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }
}
