package dev.holdfast.warning;

import dev.holdfast.activity.OperationalCalendar;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Who was due and came in a slot, by segment, and of which segments it says nothing. */
final class SlotVisits {

  private final Map<Segment, Visits> present = new HashMap<>();
  private final Map<Segment, Visits> leftOut = new HashMap<>();

  private SlotVisits() {}

  /**
   * Adds up what was counted in a slot.
   *
   * @param segmentsOf a cell; empty if it is not known, which is then left aside
   * @param standingOf how the source of a cell stands to this slot
   * @return null if a source that has customers due is awaited
   */
  static @Nullable SlotVisits of(
      Rhythm rhythm,
      OperationalCalendar calendar,
      long slot,
      CohortCounts counts,
      IntFunction<List<Segment>> segmentsOf,
      IntFunction<Standing> standingOf) {
    SlotVisits slotVisits = new SlotVisits();
    for (int cell : counts.cells()) {
      List<Segment> within = segmentsOf.apply(cell);
      Visits visits =
          rhythm == Rhythm.DAY
              ? counts.onDay(cell, (int) slot)
              : counts.inHour(cell, (int) slot, calendar);
      if (within.isEmpty() || visits.due() == 0) {
        continue;
      }
      switch (standingOf.apply(cell)) {
        case AWAITED -> {
          return null;
        }
        case COMPLETE -> add(slotVisits.present, within, visits);
        case LEFT_OUT -> add(slotVisits.leftOut, within, visits);
        case OTHER_RHYTHM -> {
          // Neither here nor missing.
        }
      }
    }
    return slotVisits;
  }

  private static void add(Map<Segment, Visits> sums, List<Segment> within, Visits visits) {
    within.forEach(segment -> sums.merge(segment, visits, Visits::plus));
  }

  /** Of the customers whose sources are complete; a segment without any is absent. */
  Map<Segment, Visits> present() {
    return present;
  }

  /**
   * The segments of which nothing is said: all on an unusual day or in an outage of ours, else
   * those that lose more than half of their due customers.
   *
   * @param usual {@link Rhythm#usual}
   */
  Set<Segment> unjudged(Collection<Segment> all, boolean usual) {
    if (!usual) {
      return new HashSet<>(all);
    }
    Set<Segment> unjudged = new HashSet<>();
    leftOut.forEach(
        (segment, lost) -> {
          if (lost.due() > present.getOrDefault(segment, Visits.NONE).due()) {
            unjudged.add(segment);
          }
        });
    return unjudged;
  }
}
