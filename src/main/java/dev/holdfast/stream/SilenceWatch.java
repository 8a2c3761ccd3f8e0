package dev.holdfast.stream;

import dev.holdfast.event.AppliedOffsets;
import dev.holdfast.event.EventLog;
import dev.holdfast.event.Source;
import dev.holdfast.event.Sources;
import dev.holdfast.platform.Problem;
import dev.holdfast.scoring.KnownSilence;
import dev.holdfast.warning.CompleteSources;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Finds out up to where silence is known. The order of reading makes that safe: first how far the
 * sources are complete, then how far the log goes. Whatever a source had reported by its watermark
 * was then on the log; once a partition is applied up to there, its customers' silence is known up
 * to that watermark. Under load a partition is never applied to its very end, so each look is
 * remembered until the partition has come as far.
 */
@ApplicationScoped
class SilenceWatch implements CompleteSources {

  private final Sources sources;
  private final EventLog log;
  private final AppliedOffsets applied;

  private final Map<Integer, Look> pending = new HashMap<>();
  private final Map<Integer, Map<Integer, Instant>> known = new HashMap<>();
  private volatile long behind;
  private volatile boolean everywhere;

  /** How far the sources were complete before the log ended at {@code end}. */
  private record Look(long end, Map<Integer, Instant> complete) {}

  SilenceWatch(Sources sources, EventLog log, AppliedOffsets applied) {
    this.sources = sources;
    this.log = log;
    this.applied = applied;
  }

  /** How far each source is complete now, by source id, applied or not. */
  Map<Integer, Instant> reported() {
    Map<Integer, Instant> complete = new HashMap<>();
    for (Source source : sources.all()) {
      Instant reached = source.watermark().reached();
      if (reached != null) {
        complete.put(source.id(), reached);
      }
    }
    return complete;
  }

  /**
   * Looks anew.
   *
   * @throws Problem 503 if the broker does not answer
   */
  synchronized KnownSilence look() {
    Map<Integer, Instant> complete = reported();
    Map<Integer, Long> ends = log.endOffsets();
    Map<Integer, Long> next = applied.next();
    long missing = 0;
    for (Map.Entry<Integer, Long> entry : ends.entrySet()) {
      int partition = entry.getKey();
      long end = entry.getValue();
      long reached = next.getOrDefault(partition, 0L);
      missing += Math.max(0, end - reached);
      if (reached >= end) {
        known.put(partition, complete);
        pending.remove(partition);
        continue;
      }
      Look earlier = pending.get(partition);
      if (earlier != null && reached >= earlier.end()) {
        known.put(partition, earlier.complete());
      }
      if (earlier == null || reached >= earlier.end()) {
        pending.put(partition, new Look(end, complete));
      }
    }
    behind = missing;
    everywhere = known.keySet().containsAll(ends.keySet());
    return new KnownSilence(known);
  }

  @Override
  public Map<Integer, Instant> through(Instant now) {
    return look().everywhere(now);
  }

  /** How many messages were not applied at the last look. */
  long behind() {
    return behind;
  }

  /** True if at the last look something was known of every partition. */
  boolean everywhere() {
    return everywhere;
  }
}
