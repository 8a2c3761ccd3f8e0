package dev.holdfast.warning;

import dev.holdfast.activity.Attendance;
import dev.holdfast.activity.OperationalCalendar;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Visits by cell and day, from which follows who was due without a look at any customer.
 *
 * <p>Of each cell and day there is kept how many came, by the days since their use before. Who is
 * due on a day used the service in the {@link Attendance#LONGEST_GAP} days before it and is not
 * gone since: that is the number of uses in these days, less those that were followed by another in
 * these days (which the gap of the later one tells), less those after which the customer went away.
 * By the hour the due are those of the day, and who came is counted.
 *
 * <p>Work grows with cells and days, not with customers. Not thread-safe.
 */
final class CohortCounts {

  private static final int KINDS = CountChanges.GONE + 1;

  private final Map<Integer, TreeMap<Integer, int[]>> days = new HashMap<>();
  private final Map<Integer, TreeMap<Integer, Integer>> hours = new HashMap<>();

  /** Adds what changed. */
  void add(CountChanges changes) {
    for (CountChanges.Change change : changes.changes()) {
      add(change.count(), change.by());
    }
  }

  void add(CountChanges.Count count, int by) {
    if (count.kind() == CountChanges.HOUR) {
      hours
          .computeIfAbsent(count.cell(), cell -> new TreeMap<>())
          .merge(count.slot(), by, Integer::sum);
    } else {
      day(count.cell(), count.slot())[count.kind()] += by;
    }
  }

  /** The counts of a cell and day by kind, to be changed. */
  int[] day(int cell, int day) {
    return days.computeIfAbsent(cell, id -> new TreeMap<>())
        .computeIfAbsent(day, unused -> new int[KINDS]);
  }

  /** The cells of which something is counted. */
  Set<Integer> cells() {
    return Set.copyOf(days.keySet());
  }

  /** Who was due in a cell on a day, and who of them came. */
  Visits onDay(int cell, int day) {
    int due = due(cell, day);
    int came = 0;
    int[] counts = days.getOrDefault(cell, new TreeMap<>()).get(day);
    if (counts != null) {
      for (int gap = 1; gap <= Attendance.LONGEST_GAP; gap++) {
        came += counts[gap];
      }
    }
    return visits(due, came);
  }

  /** Who was due in a cell in an hour, being due that day, and who of them came in it. */
  Visits inHour(int cell, int hour, OperationalCalendar calendar) {
    return visits(
        due(cell, Attendance.dayOf(calendar, hour)),
        hours.getOrDefault(cell, new TreeMap<>()).getOrDefault(hour, 0));
  }

  /** What a cell had before a customer moved there or a late use was dropped is not told apart. */
  private static Visits visits(int due, int came) {
    int nobodyOrMore = Math.max(0, due);
    return new Visits(nobodyOrMore, Math.min(nobodyOrMore, Math.max(0, came)));
  }

  private int due(int cell, int day) {
    TreeMap<Integer, int[]> ofCell = days.get(cell);
    if (ofCell == null) {
      return 0;
    }
    int due = 0;
    for (Map.Entry<Integer, int[]> one :
        ofCell.subMap(day - Attendance.LONGEST_GAP, day).entrySet()) {
      int[] counts = one.getValue();
      int ago = day - one.getKey();
      for (int gap = 0; gap <= Attendance.LONGEST_GAP; gap++) {
        boolean lastUseBefore = gap != Attendance.FIRST && gap + ago <= Attendance.LONGEST_GAP;
        // A use that follows another one in these days takes its place and adds nobody.
        due += lastUseBefore ? 0 : counts[gap];
      }
      due -= counts[CountChanges.GONE];
    }
    return due;
  }
}
