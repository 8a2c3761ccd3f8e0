package dev.holdfast.stream;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which partitions have messages and do not move, and for how long that is known. Time in which
 * nobody could look does not count: a question to a broker that is away takes long. Thread-safe for
 * one who looks and any number who ask.
 */
final class StandingPartitions {

  private final Map<Integer, Standing> standing = new ConcurrentHashMap<>();
  private volatile long lookedAtNanos;

  private record Standing(long next, long sinceNanos) {}

  /**
   * Takes a look.
   *
   * @param ours partitions that this process applies
   * @param ends offset after the last message, by partition
   * @param applied the next offset to apply, by partition; 0 where absent
   * @param nowNanos of the look, by a clock that only runs forward
   */
  void look(
      Collection<Integer> ours,
      Map<Integer, Long> ends,
      Map<Integer, Long> applied,
      long nowNanos) {
    for (int partition : ours) {
      long next = applied.getOrDefault(partition, 0L);
      if (next >= ends.getOrDefault(partition, 0L)) {
        standing.remove(partition);
      } else {
        standing.compute(
            partition,
            (same, before) ->
                before != null && before.next() == next ? before : new Standing(next, nowNanos));
      }
    }
    standing.keySet().retainAll(ours);
    lookedAtNanos = nowNanos;
  }

  /** Nothing is known any more. */
  void forget() {
    standing.clear();
  }

  /** A partition is somebody else's. */
  void forget(int partition) {
    standing.remove(partition);
  }

  /** The partitions that stood still for longer than a limit at the last look, and how long. */
  Map<Integer, Duration> longerThan(Duration limit) {
    Map<Integer, Duration> still = new TreeMap<>();
    standing.forEach(
        (partition, one) -> {
          Duration stood = Duration.ofNanos(lookedAtNanos - one.sinceNanos());
          if (stood.compareTo(limit) > 0) {
            still.put(partition, stood);
          }
        });
    return still;
  }
}
