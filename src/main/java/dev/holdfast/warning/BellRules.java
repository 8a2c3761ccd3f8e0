package dev.holdfast.warning;

import java.time.Duration;
import java.util.List;

/**
 * When segments are looked at, and when they ring: what the live watch reads from its settings and
 * a replay may choose.
 *
 * @param segments paths of profile values, see {@link SegmentTree}; empty for all customers only
 * @param falseAlarmsAYear of all segments in both rhythms together when nothing is wrong, above 0
 * @param leastDrop share of the expected visits that must be missing, in [0, 1]
 * @param leastMissing visits that must be missing, 0 or more
 * @param leastDue customers due from which on a segment is watched by the day, 1 or more
 * @param leastAnHour customers who came in one hour from which on it is watched by the hour
 * @param mostSegments watched by the day, 1 or more
 * @param mostSegmentsByTheHour watched by the hour, 0 for none
 * @param grace how long after its end a slot is looked at
 * @param waitAtMost how long a slot waits for a source
 * @param newsFor what ended longer ago raises nothing
 * @param refireAfter a segment that rang raises no other incident for so long
 */
public record BellRules(
    String segments,
    double falseAlarmsAYear,
    double leastDrop,
    double leastMissing,
    int leastDue,
    int leastAnHour,
    int mostSegments,
    int mostSegmentsByTheHour,
    Duration grace,
    Duration waitAtMost,
    Duration newsFor,
    Duration refireAfter) {

  private static final int MOST_PLACES = 100_000;

  /** As a deployment has them that sets nothing. */
  public static BellRules standard() {
    return new BellRules(
        "region/plan, product, device, cohort",
        1,
        BellSettings.DEFAULT_DROP,
        BellSettings.DEFAULT_MISSING,
        50,
        20,
        1_000,
        200,
        Duration.ofHours(1),
        Duration.ofDays(3),
        Duration.ofDays(3),
        Duration.ofDays(7));
  }

  static BellRules of(BellConfig config) {
    return new BellRules(
        config.segments().orElse(""),
        config.falseAlarmsAYear(),
        config.leastDrop(),
        config.leastMissing(),
        config.leastDue(),
        config.leastExpectedAnHour(),
        config.mostSegments(),
        config.mostSegmentsByTheHour(),
        config.grace(),
        config.waitAtMost(),
        config.newsFor(),
        config.refireAfter());
  }

  /** The same over other segments. */
  public BellRules withSegments(String paths) {
    return new BellRules(
        paths,
        falseAlarmsAYear,
        leastDrop,
        leastMissing,
        leastDue,
        leastAnHour,
        mostSegments,
        mostSegmentsByTheHour,
        grace,
        waitAtMost,
        newsFor,
        refireAfter);
  }

  /** The same with another budget of false alarms a year. */
  public BellRules withFalseAlarmsAYear(double budget) {
    return new BellRules(
        segments,
        budget,
        leastDrop,
        leastMissing,
        leastDue,
        leastAnHour,
        mostSegments,
        mostSegmentsByTheHour,
        grace,
        waitAtMost,
        newsFor,
        refireAfter);
  }

  /** The same with another share and number of visits that must be missing. */
  public BellRules withGate(double drop, double missing) {
    return new BellRules(
        segments,
        falseAlarmsAYear,
        drop,
        missing,
        leastDue,
        leastAnHour,
        mostSegments,
        mostSegmentsByTheHour,
        grace,
        waitAtMost,
        newsFor,
        refireAfter);
  }

  /** The same with so many segments watched by the hour. */
  public BellRules withSegmentsByTheHour(int most) {
    return new BellRules(
        segments,
        falseAlarmsAYear,
        leastDrop,
        leastMissing,
        leastDue,
        leastAnHour,
        mostSegments,
        most,
        grace,
        waitAtMost,
        newsFor,
        refireAfter);
  }

  /** By what slots is looked. */
  public List<Rhythm> rhythms() {
    return mostSegmentsByTheHour == 0 ? List.of(Rhythm.DAY) : List.of(Rhythm.DAY, Rhythm.HOUR);
  }

  /**
   * For how many segments the limit is set: 10, 20, 40, ... so that it stays while some are added.
   *
   * @param known segments of the tree
   */
  int places(int known) {
    int wanted = Math.min(known, mostSegments);
    int places = 10;
    while (places < wanted && places < MOST_PLACES) {
      places *= 2;
    }
    return places;
  }

  /** One limit for both rhythms, from one budget of false alarms for all segments in both. */
  double limit(int places) {
    int byTheHour = Math.min(places, mostSegmentsByTheHour);
    double looks = places * Rhythm.DAY.slotsAYear() + byTheHour * Rhythm.HOUR.slotsAYear();
    return CusumLimit.of(1, looks, falseAlarmsAYear);
  }

  /** A bell of a rhythm that has seen nothing. */
  Bell bell(Rhythm rhythm, int places) {
    BellSettings settings =
        new BellSettings(rhythm.slotsAWeek(), limit(places), leastDrop, leastMissing);
    return rhythm == Rhythm.DAY
        ? new Bell(settings, new Bell.Least(leastDue, 0), mostSegments)
        : new Bell(settings, new Bell.Least(leastDue, leastAnHour), mostSegmentsByTheHour);
  }
}
