package dev.holdfast.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * When the service works on one day for one customer, in shares of the day's activity: during an
 * outage the customer's operational time stands still.
 */
final class Service {

  /** A day without an outage. */
  static final Service UNDISTURBED = new Service(List.of());

  /** Out of service from one share of the day's activity to another, in [0, 1]. */
  private record Break(double from, double to) {}

  private final List<Break> breaks;
  private final double share;

  private Service(List<Break> breaks) {
    this.breaks = breaks;
    double lost = 0;
    for (Break each : breaks) {
      lost += each.to() - each.from();
    }
    share = Math.max(0, 1 - lost);
  }

  static Service on(Day day, List<Outage> outages) {
    List<Break> breaks = new ArrayList<>();
    for (Outage each : outages) {
      double from = Season.shareOfDay(day.partAt(each.from().toEpochMilli()));
      double to = Season.shareOfDay(day.partAt(each.until().toEpochMilli()));
      if (from < to) {
        breaks.add(new Break(from, to));
      }
    }
    return breaks.isEmpty() ? UNDISTURBED : new Service(apart(breaks));
  }

  /** The same breaks without overlaps, in order. */
  private static List<Break> apart(List<Break> breaks) {
    breaks.sort(Comparator.comparingDouble(Break::from));
    List<Break> apart = new ArrayList<>();
    double until = 0;
    for (Break each : breaks) {
      if (each.to() > until) {
        apart.add(new Break(Math.max(until, each.from()), each.to()));
        until = each.to();
      }
    }
    return apart;
  }

  /** The share of the day's activity that can take place, in [0, 1]. */
  double share() {
    return share;
  }

  /** The share of the day's activity that could take place in the first {@code part} of the day. */
  double shareBy(double part) {
    double done = Season.shareOfDay(part);
    double lost = 0;
    for (Break each : breaks) {
      lost += Math.max(0, Math.min(done, each.to()) - each.from());
    }
    return done - lost;
  }

  /**
   * The part of the day that has gone by when this share of the day's activity has taken place.
   *
   * @param done in [0, {@link #share}]
   */
  double partBy(double done) {
    double withBreaks = done;
    for (Break each : breaks) {
      if (each.from() <= withBreaks) {
        withBreaks += each.to() - each.from();
      }
    }
    return Season.partOfDay(Math.min(1, withBreaks));
  }
}
