package dev.holdfast.scoring;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Up to where the silence of customers is known, by the partition that carries their events and the
 * source of their usage: whatever the source had to report by then is applied. While a customer is
 * held for a fault of ours, silence counts up to its beginning and no further. Immutable.
 */
public final class KnownSilence {

  private final Map<Integer, Map<Integer, Instant>> byPartition;

  /**
   * @param byPartition how far each source is complete, by source id, for each partition of which
   *     that is known
   */
  public KnownSilence(Map<Integer, Map<Integer, Instant>> byPartition) {
    this.byPartition = Map.copyOf(byPartition);
  }

  /** Nothing is known. */
  public static KnownSilence none() {
    return new KnownSilence(Map.of());
  }

  /** The partitions of which something is known. */
  Set<Integer> partitions() {
    return byPartition.keySet();
  }

  /** True if something is known of the customer's partition. */
  public boolean covers(CustomerState state) {
    return byPartition.containsKey(state.partition());
  }

  /** Up to where this customer's silence is known; null if it is not at all. */
  public @Nullable Instant of(CustomerState state) {
    Integer source = state.sourceId();
    Map<Integer, Instant> sources = byPartition.get(state.partition());
    Instant known = source == null || sources == null ? null : sources.get(source);
    CustomerState.Hold hold = state.hold();
    return known != null && hold != null && hold.silentThrough().isBefore(known)
        ? hold.silentThrough()
        : known;
  }

  /** True if the customer's timer may act at {@code now}. */
  public boolean timerDue(CustomerState state, Instant now) {
    Instant due = state.nextDue();
    Instant known = of(state);
    return due != null && known != null && !due.isAfter(known) && !due.isAfter(now);
  }

  /**
   * Up to where all timers of a source may act, whatever their partition, by source id.
   *
   * @param now the business instant
   */
  public Map<Integer, Instant> everywhere(Instant now) {
    Map<Integer, Instant> least = new HashMap<>();
    Map<Integer, Integer> partitions = new HashMap<>();
    for (Bound bound : bounds(now)) {
      least.merge(bound.sourceId(), bound.through(), (a, b) -> a.isBefore(b) ? a : b);
      partitions.merge(bound.sourceId(), bound.partitions().size(), Integer::sum);
    }
    least.keySet().removeIf(source -> !Objects.equals(partitions.get(source), byPartition.size()));
    return least;
  }

  /**
   * Partitions in which timers of a source may act.
   *
   * @param through up to this due instant
   */
  record Bound(int sourceId, Instant through, List<Integer> partitions) {}

  /** What may act at {@code now}: partitions of which the same is known stand together. */
  List<Bound> bounds(Instant now) {
    Map<Integer, Map<Instant, List<Integer>>> groups = new TreeMap<>();
    new TreeMap<>(byPartition)
        .forEach(
            (partition, sources) ->
                sources.forEach(
                    (source, known) ->
                        groups
                            .computeIfAbsent(source, id -> new TreeMap<>())
                            .computeIfAbsent(
                                known.isBefore(now) ? known : now, at -> new ArrayList<>())
                            .add(partition)));
    List<Bound> bounds = new ArrayList<>();
    groups.forEach(
        (source, byBound) ->
            byBound.forEach(
                (through, partitions) -> bounds.add(new Bound(source, through, partitions))));
    return bounds;
  }
}
