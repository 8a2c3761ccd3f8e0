package dev.holdfast.scoring;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lets callers that ask at the same time share one round trip. Who comes alone reads at once; who
 * comes while a read is under way waits for the next one, together with all that came meanwhile. No
 * answer is older than its question.
 *
 * @param <K> what is asked for
 * @param <V> what is read of it
 */
final class JointReads<K, V> {

  private final Function<Collection<K>, Map<K, V>> read;
  private final int together;
  private final ArrayDeque<Waiting<K, V>> queue = new ArrayDeque<>();
  private boolean reading;

  private static final class Waiting<K, V> {
    final K key;
    // True: read for those who wait; false: somebody has read for you.
    final CompletableFuture<Boolean> turn = new CompletableFuture<>();
    @Nullable V found;
    @Nullable RuntimeException failure;

    Waiting(K key) {
      this.key = key;
    }
  }

  /**
   * A way to read.
   *
   * @param together how many share a read at most
   */
  JointReads(Function<Collection<K>, Map<K, V>> read, int together) {
    this.read = read;
    this.together = together;
  }

  /**
   * What is found of a key; null if nothing is. A failure of the read is that of all it was for.
   */
  @Nullable V get(K key) {
    Waiting<K, V> mine = new Waiting<>(key);
    boolean first;
    synchronized (queue) {
      queue.add(mine);
      first = !reading;
      reading = true;
    }
    if (first || mine.turn.join()) {
      readForAll();
    }
    if (mine.failure != null) {
      throw new IllegalStateException("a read together with others failed", mine.failure);
    }
    return mine.found;
  }

  /** The caller is the head of the queue, and nobody else reads. */
  private void readForAll() {
    List<Waiting<K, V>> batch = new ArrayList<>();
    synchronized (queue) {
      while (!queue.isEmpty() && batch.size() < together) {
        batch.add(queue.remove());
      }
    }
    try {
      Map<K, V> found = read.apply(batch.stream().map(one -> one.key).toList());
      batch.forEach(one -> one.found = found.get(one.key));
    } catch (RuntimeException failure) {
      batch.forEach(one -> one.failure = failure);
    } finally {
      Waiting<K, V> next;
      synchronized (queue) {
        next = queue.peek();
        reading = next != null;
      }
      if (next != null) {
        next.turn.complete(true);
      }
      batch.forEach(one -> one.turn.complete(false));
    }
  }
}
