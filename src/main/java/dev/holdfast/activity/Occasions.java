package dev.holdfast.activity;

import java.nio.ByteBuffer;

/**
 * The occasions of one family (use, purchase) of one customer. An occasion is a day of the
 * operational calendar (UTC on a plain one) with at least one event; gaps are operational days
 * between occasions, less the time the customer was suspended.
 */
final class Occasions {

  static final int BINS = GapBins.COUNT;

  private static final double MICROS_A_DAY = 86_400_000_000.0;
  private static final double SHORTEST_GAP = 0.5;

  int n;
  int lastDay;
  long lastAt = ActivityState.NEVER;
  long lastClock = ActivityState.NEVER;
  double sumGap;
  double sumGap2;
  double sumLnGap;
  double sumLnGap2;
  double sumGapLnGap;
  double maxGap;
  double lastGap;
  double ewGap;
  double decayed7;
  double decayed30;
  double decayed90;
  double amountEw;
  double amountOfDay;
  double countEw;
  double countOfDay;
  final int[] gaps = new int[BINS];
  final double[] weekdays = new double[7];

  /**
   * Takes one event.
   *
   * @param at microseconds since the epoch
   * @param clock operational time then, less what was suspended so far
   */
  void add(long at, long clock, int count, double amount, OperationalCalendar calendar) {
    int day = calendar.day(at);
    if (n > 0 && day == lastDay) {
      amountOfDay += amount;
      countOfDay += count;
      lastAt = at;
      lastClock = clock;
      return;
    }
    if (n > 0) {
      long suspended = (calendar.at(at) - clock) - (calendar.at(lastAt) - lastClock);
      close(Math.max(SHORTEST_GAP, calendar.days(lastDay, day) - suspended / MICROS_A_DAY));
    }
    n++;
    decayed7 += 1;
    decayed30 += 1;
    decayed90 += 1;
    weekdays[Math.floorMod(day, 7)] += 1;
    amountOfDay = amount;
    countOfDay = count;
    lastDay = day;
    lastAt = at;
    lastClock = clock;
  }

  private void close(double gap) {
    double ln = Math.log(gap);
    sumGap += gap;
    sumGap2 += gap * gap;
    sumLnGap += ln;
    sumLnGap2 += ln * ln;
    sumGapLnGap += gap * ln;
    maxGap = Math.max(maxGap, gap);
    ewGap = n == 1 ? gap : 0.7 * ewGap + 0.3 * gap;
    lastGap = gap;
    gaps[GapBins.of(gap)]++;
    amountEw = amountAverage();
    countEw = countAverage();
    decayed7 *= Math.pow(2, -gap / 7);
    decayed30 *= Math.pow(2, -gap / 30);
    decayed90 *= Math.pow(2, -gap / 90);
    double keep = Math.pow(2, -gap / 90);
    for (int i = 0; i < weekdays.length; i++) {
      weekdays[i] *= keep;
    }
  }

  /** Exponentially weighted amount of an occasion, the last one included; at least one occasion. */
  double amountAverage() {
    return n == 1 ? amountOfDay : 0.8 * amountEw + 0.2 * amountOfDay;
  }

  /** Exponentially weighted count of an occasion, the last one included; at least one occasion. */
  double countAverage() {
    return n == 1 ? countOfDay : 0.8 * countEw + 0.2 * countOfDay;
  }

  /** Days of operation since the last event, given the operational clock. */
  double idleDays(long clock) {
    return n == 0 ? 0 : Math.max(0, clock - lastClock) / MICROS_A_DAY;
  }

  /** Mean gap shrunk to the population's: two pseudo-gaps. */
  double shrunkenGap(double populationGap) {
    return (2 * populationGap + sumGap) / (2 + Math.max(0, n - 1));
  }

  static int bytes() {
    return 4 + 4 + 8 + 8 + 15 * 8 + 4 * BINS + 8 * 7;
  }

  void write(ByteBuffer out) {
    out.putInt(n).putInt(lastDay).putLong(lastAt).putLong(lastClock);
    out.putDouble(sumGap).putDouble(sumGap2).putDouble(sumLnGap).putDouble(sumLnGap2);
    out.putDouble(sumGapLnGap).putDouble(maxGap).putDouble(lastGap).putDouble(ewGap);
    out.putDouble(decayed7).putDouble(decayed30).putDouble(decayed90);
    out.putDouble(amountEw).putDouble(amountOfDay).putDouble(countEw).putDouble(countOfDay);
    for (int gap : gaps) {
      out.putInt(gap);
    }
    for (double weekday : weekdays) {
      out.putDouble(weekday);
    }
  }

  void read(ByteBuffer in) {
    n = in.getInt();
    lastDay = in.getInt();
    lastAt = in.getLong();
    lastClock = in.getLong();
    sumGap = in.getDouble();
    sumGap2 = in.getDouble();
    sumLnGap = in.getDouble();
    sumLnGap2 = in.getDouble();
    sumGapLnGap = in.getDouble();
    maxGap = in.getDouble();
    lastGap = in.getDouble();
    ewGap = in.getDouble();
    decayed7 = in.getDouble();
    decayed30 = in.getDouble();
    decayed90 = in.getDouble();
    amountEw = in.getDouble();
    amountOfDay = in.getDouble();
    countEw = in.getDouble();
    countOfDay = in.getDouble();
    for (int i = 0; i < gaps.length; i++) {
      gaps[i] = in.getInt();
    }
    for (int i = 0; i < weekdays.length; i++) {
      weekdays[i] = in.getDouble();
    }
  }
}
