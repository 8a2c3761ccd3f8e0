package dev.holdfast.warning;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The naive rule: a segment has so many per cent fewer visits than on the same weekday of last
 * week. It is what people write first, and stands beside the bell to show what it costs. Looks are
 * those by the day, in order; it knows neither holidays nor noise. Not thread-safe.
 */
public final class WeekOnWeek {

  private static final int WEEK = 7;
  private static final double DAYS_A_YEAR = 365;

  private final double drop;
  private final Map<Segment, Map<Long, Integer>> came = new HashMap<>();
  private long alarms;
  private long compared;

  /**
   * The rule.
   *
   * @param drop share of last week's visits that must be missing, in (0, 1]
   */
  public WeekOnWeek(double drop) {
    this.drop = checked(drop);
  }

  /**
   * The share, if it can be one.
   *
   * @throws IllegalArgumentException if not
   */
  static double checked(double drop) {
    if (!(drop > 0 && drop <= 1)) {
      throw new IllegalArgumentException("a share that is missing lies in (0, 1], was " + drop);
    }
    return drop;
  }

  /**
   * Compares a day with the one a week before.
   *
   * @param counted false if the day lies before the time that is asked about: only remembered
   */
  public void look(List<SegmentLook> looks, boolean counted) {
    for (SegmentLook one : looks) {
      Look look = one.look();
      Map<Long, Integer> known = came.computeIfAbsent(one.segment(), segment -> new HashMap<>());
      Integer lastWeek = known.remove(look.slot() - WEEK);
      known.put(look.slot(), look.came());
      if (lastWeek != null && lastWeek > 0 && counted) {
        compared++;
        alarms += look.came() <= (1 - drop) * lastWeek ? 1 : 0;
      }
    }
  }

  /** The share of last week's visits that must be missing. */
  public double drop() {
    return drop;
  }

  /** How often it would have rung. */
  public long alarms() {
    return alarms;
  }

  /** Years of segments that were compared. */
  public double segmentYears() {
    return compared / DAYS_A_YEAR;
  }

  /** How often it rings in a year of a segment; 0 if nothing was compared. */
  public double aSegmentYear() {
    return compared == 0 ? 0 : alarms / segmentYears();
  }
}
