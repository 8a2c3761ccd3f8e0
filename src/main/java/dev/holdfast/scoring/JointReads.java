package dev.holdfast.scoring;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lets questions that come at the same time share one round trip. Who comes alone is read for at
 * once; what comes while all readers read waits for the next one, together with all that came
 * meanwhile. No answer is older than its question, and nobody who asks is held up: what is to be
 * made of the answer is made in the thread that read it, and never in that of the one who asks.
 *
 * @param <K> what is asked for
 * @param <V> what is read of it
 */
final class JointReads<K, V> {

  /** So many must wait before another reader is worth its round trip. */
  private static final int ENOUGH = 8;

  private final Function<Collection<K>, Map<K, V>> read;
  private final Executor executor;
  private final int together;
  private final int mostReaders;
  private final ArrayDeque<Waiting<K, V, ?>> queue = new ArrayDeque<>();
  private int readers;

  private record Waiting<K, V, R>(
      K key, Function<@Nullable V, R> then, CompletableFuture<R> answer) {

    void found(@Nullable V value) {
      try {
        answer.complete(then.apply(value));
      } catch (RuntimeException failure) {
        answer.completeExceptionally(failure);
      }
    }
  }

  /**
   * A way to read.
   *
   * @param executor runs the readers, which wait for what they read
   * @param together how many questions share a read at most
   * @param mostReaders how many read at the same time at most
   */
  JointReads(
      Function<Collection<K>, Map<K, V>> read, Executor executor, int together, int mostReaders) {
    this.read = read;
    this.executor = executor;
    this.together = together;
    this.mostReaders = mostReaders;
  }

  /**
   * Asks. A failure of the read is that of all it was for.
   *
   * @param then makes the answer of what is found of the key, null if nothing is; it may block
   */
  <R> CompletionStage<R> ask(K key, Function<@Nullable V, R> then) {
    CompletableFuture<R> answer = new CompletableFuture<>();
    boolean oneMore;
    synchronized (queue) {
      queue.add(new Waiting<>(key, then, answer));
      oneMore = readers == 0 || queue.size() >= ENOUGH && readers < mostReaders;
      if (oneMore) {
        readers++;
      }
    }
    if (oneMore) {
      start();
    }
    return answer;
  }

  private void start() {
    try {
      executor.execute(this::readForAll);
    } catch (RuntimeException refused) {
      // Nobody will read for those who wait unless another reader is left.
      for (List<Waiting<K, V, ?>> batch = next(); !batch.isEmpty(); batch = next()) {
        batch.forEach(one -> one.answer().completeExceptionally(refused));
      }
    }
  }

  private void readForAll() {
    for (List<Waiting<K, V, ?>> batch = next(); !batch.isEmpty(); batch = next()) {
      Map<K, V> found;
      try {
        found = read.apply(batch.stream().map(Waiting::key).toList());
      } catch (RuntimeException failure) {
        batch.forEach(one -> one.answer().completeExceptionally(failure));
        continue;
      }
      batch.forEach(one -> one.found(found.get(one.key())));
    }
  }

  /** The next questions; empty if there are none, and the reader who asked is one no more. */
  private List<Waiting<K, V, ?>> next() {
    List<Waiting<K, V, ?>> batch = new ArrayList<>();
    synchronized (queue) {
      while (!queue.isEmpty() && batch.size() < together) {
        batch.add(queue.remove());
      }
      if (batch.isEmpty()) {
        readers--;
      }
    }
    return batch;
  }
}
