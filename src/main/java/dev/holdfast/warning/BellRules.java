package dev.holdfast.warning;

import java.time.Duration;
import java.util.List;

/**
 * When segments are looked at, and when they ring: what the live watch reads from its settings and
 * a replay may choose.
 *
 * @param segments paths of profile values, see {@link SegmentTree}; empty for all customers only
 * @param falseAlarmsAYear of all segments in both rhythms together when nothing is wrong, above 0
 * @param gate what must be missing before it is worth a call
 * @param sizes how large and how many the watched segments are
 * @param times how long is waited, and for how long something is news
 */
public record BellRules(
    String segments, double falseAlarmsAYear, Gate gate, Sizes sizes, Times times) {

  private static final int MOST_PLACES = 100_000;

  /**
   * What must be missing.
   *
   * @param leastDrop share of the expected visits, in [0, 1]
   * @param leastMissing visits, 0 or more
   */
  public record Gate(double leastDrop, double leastMissing) {

    /**
     * Checks both.
     *
     * @throws IllegalArgumentException if one is out of range
     */
    public Gate {
      require(
          leastDrop >= 0 && leastDrop <= 1,
          "the share of visits that must be missing lies in [0, 1], was " + leastDrop);
      require(
          leastMissing >= 0 && Double.isFinite(leastMissing),
          "the number of visits that must be missing is 0 or more, was " + leastMissing);
    }
  }

  /**
   * Which segments are watched.
   *
   * @param leastDue customers due from which on a segment is watched by the day, 1 or more
   * @param leastAnHour customers who came in one hour from which on it is watched by the hour, 1 or
   *     more
   * @param most watched by the day, 1 or more
   * @param mostByTheHour watched by the hour, 0 for none
   */
  public record Sizes(int leastDue, int leastAnHour, int most, int mostByTheHour) {

    /**
     * Checks all.
     *
     * @throws IllegalArgumentException if one is out of range
     */
    public Sizes {
      require(leastDue >= 1, "a watched segment has 1 customer due or more, was " + leastDue);
      require(leastAnHour >= 1, "by the hour 1 customer comes or more, was " + leastAnHour);
      require(most >= 1, "1 segment or more is watched, was " + most);
      require(
          mostByTheHour >= 0, "0 segments or more are watched by the hour, was " + mostByTheHour);
    }
  }

  /**
   * The times, none negative.
   *
   * @param grace how long after its end a day is looked at
   * @param graceByTheHour how long after its end an hour is looked at
   * @param waitAtMost how long a slot waits for a source
   * @param newsFor what ended longer ago raises nothing
   * @param refireAfter a segment that rang raises no other incident for so long
   */
  public record Times(
      Duration grace,
      Duration graceByTheHour,
      Duration waitAtMost,
      Duration newsFor,
      Duration refireAfter) {

    /**
     * Checks all.
     *
     * @throws IllegalArgumentException if one is negative
     */
    public Times {
      for (Duration one : List.of(grace, graceByTheHour, waitAtMost, newsFor, refireAfter)) {
        require(!one.isNegative(), "a time of the bell is not negative, was " + one);
      }
    }
  }

  /**
   * Checks the paths and the budget.
   *
   * @throws IllegalArgumentException if one cannot be
   */
  public BellRules {
    SegmentTree.of(segments);
    require(
        falseAlarmsAYear > 0 && Double.isFinite(falseAlarmsAYear),
        "a budget of false alarms a year is above 0, was " + falseAlarmsAYear);
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  /** As a deployment has them that sets nothing. */
  public static BellRules standard() {
    return new BellRules(
        "region/plan, product, device, cohort",
        1,
        new Gate(BellSettings.DEFAULT_DROP, BellSettings.DEFAULT_MISSING),
        new Sizes(50, 20, 1_000, 200),
        new Times(
            Duration.ofHours(1),
            Duration.ofMinutes(15),
            Duration.ofDays(3),
            Duration.ofDays(3),
            Duration.ofDays(7)));
  }

  static BellRules of(BellConfig config) {
    return new BellRules(
        config.segments().orElse(""),
        config.falseAlarmsAYear(),
        new Gate(config.leastDrop(), config.leastMissing()),
        new Sizes(
            config.leastDue(),
            config.leastExpectedAnHour(),
            config.mostSegments(),
            config.mostSegmentsByTheHour()),
        new Times(
            config.grace(),
            config.graceByTheHour(),
            config.waitAtMost(),
            config.newsFor(),
            config.refireAfter()));
  }

  /** The same over other segments. */
  public BellRules withSegments(String paths) {
    return new BellRules(paths, falseAlarmsAYear, gate, sizes, times);
  }

  /** The same with another budget of false alarms a year. */
  public BellRules withFalseAlarmsAYear(double budget) {
    return new BellRules(segments, budget, gate, sizes, times);
  }

  /** The same with another share and number of visits that must be missing. */
  public BellRules withGate(double drop, double missing) {
    return new BellRules(segments, falseAlarmsAYear, new Gate(drop, missing), sizes, times);
  }

  /** The same with so many segments watched by the hour. */
  public BellRules withSegmentsByTheHour(int most) {
    Sizes others = new Sizes(sizes.leastDue(), sizes.leastAnHour(), sizes.most(), most);
    return new BellRules(segments, falseAlarmsAYear, gate, others, times);
  }

  /** How long after its end a slot is looked at. */
  Duration grace(Rhythm rhythm) {
    return rhythm == Rhythm.DAY ? times.grace() : times.graceByTheHour();
  }

  /** By what slots is looked. */
  public List<Rhythm> rhythms() {
    return sizes.mostByTheHour() == 0 ? List.of(Rhythm.DAY) : List.of(Rhythm.DAY, Rhythm.HOUR);
  }

  /**
   * For how many segments the limit is set: 10, 20, 40, ... so that it stays while some are added.
   *
   * @param known segments of the tree
   */
  int places(int known) {
    int wanted = Math.min(known, sizes.most());
    int places = 10;
    while (places < wanted && places < MOST_PLACES) {
      places *= 2;
    }
    return places;
  }

  /** One limit for both rhythms, from one budget of false alarms for all segments in both. */
  double limit(int places) {
    int byTheHour = Math.min(places, sizes.mostByTheHour());
    double looks = places * Rhythm.DAY.slotsAYear() + byTheHour * Rhythm.HOUR.slotsAYear();
    return CusumLimit.of(1, looks, falseAlarmsAYear);
  }

  /** A bell of a rhythm that has seen nothing. */
  Bell bell(Rhythm rhythm, int places) {
    BellSettings settings =
        new BellSettings(rhythm.slotsAWeek(), limit(places), gate.leastDrop(), gate.leastMissing());
    return rhythm == Rhythm.DAY
        ? new Bell(settings, new Bell.Least(sizes.leastDue(), 0), sizes.most())
        : new Bell(
            settings, new Bell.Least(sizes.leastDue(), sizes.leastAnHour()), sizes.mostByTheHour());
  }
}
