package dev.holdfast.activity;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How much use is to be expected on each day: the weight of its weekday, or its own if it has one
 * (a holiday, a make-up workday), less what falls into an outage of ours. Operational time is the
 * integral of that weight: it runs fast on busy days, slowly on quiet ones and stands still over a
 * holiday of weight 0 and during an outage, so that these make nobody look silent. It never runs
 * backwards.
 *
 * <p>Immutable, in constant memory (under 1 MB), read in constant time but for the outages of the
 * day asked about. Days are those of the zone and weigh the same whether they have 23, 24 or 25
 * hours. From 1970 to 2099 the weights hold; before and after, time runs evenly.
 *
 * <p>Two calendars with the same content have the same {@link #version()}. The {@linkplain #plain()
 * plain} one, all days of UTC alike, is time itself.
 */
public final class OperationalCalendar {

  /** Most days with a weight of their own. */
  public static final int MOST_DAYS = 10_000;

  /** Most outages, before those that touch are joined. */
  public static final int MOST_OUTAGES = 10_000;

  /** The weight of a day at most: a hundred usual ones. */
  public static final double HEAVIEST = 100;

  private static final LocalDate FIRST = LocalDate.of(1970, 1, 1);
  private static final int DAYS = (int) LocalDate.of(2100, 1, 1).toEpochDay();
  private static final long DAY = 86_400_000_000L;
  private static final double SCALE = 1e6;
  private static final double MEAN_TOLERANCE = 1e-6;
  private static final String PLAIN_VERSION = "plain";
  private static final List<Double> ALIKE = List.of(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0);
  private static final OperationalCalendar PLAIN =
      new OperationalCalendar(ZoneOffset.UTC, ALIKE, Map.of(), List.of());

  private final ZoneId zone;
  private final List<Double> weekdays;
  private final SortedMap<LocalDate, Double> days;
  private final List<Outage> outages;
  private final boolean plain;
  private final String version;
  private final long number;
  // First instant of each day, of the end too, in microseconds.
  private final long[] start = new long[DAYS + 1];
  // Operational time at these instants.
  private final long[] elapsed = new long[DAYS + 1];
  // What each day gives if nothing interrupts it.
  private final long[] full = new long[DAYS];
  private final BitSet interrupted = new BitSet();
  private final long[] outageFrom;
  private final long[] outageTo;
  // The calendar this one was last compared with: everybody is re-timed from the same one.
  private volatile @Nullable Compared compared;

  private record Compared(long number, long differsFrom) {}

  /**
   * A time in which customers could not use the service, because of us.
   *
   * @param from first instant of it
   * @param to first instant after it, later than {@code from}
   */
  public record Outage(Instant from, Instant to) {
    public Outage {
      if (!to.isAfter(from)) {
        throw new IllegalArgumentException(
            "an outage ends after it starts, not from " + from + " to " + to);
      }
    }
  }

  private OperationalCalendar(
      ZoneId zone, List<Double> weekdays, Map<LocalDate, Double> days, List<Outage> outages) {
    this.zone = zone;
    this.weekdays = weekdays;
    this.days = new TreeMap<>(days);
    this.outages = outages;
    this.plain =
        zone.equals(ZoneOffset.UTC)
            && weekdays.equals(ALIKE)
            && days.isEmpty()
            && outages.isEmpty();
    byte[] hash = sha256(content());
    this.version = plain ? PLAIN_VERSION : HexFormat.of().formatHex(hash, 0, 8);
    this.number = plain ? 0 : Long.parseUnsignedLong(version, 16);
    this.outageFrom = outages.stream().mapToLong(o -> ActivityState.micros(o.from())).toArray();
    this.outageTo = outages.stream().mapToLong(o -> ActivityState.micros(o.to())).toArray();
    for (int day = 0; day <= DAYS; day++) {
      start[day] = ActivityState.micros(FIRST.plusDays(day).atStartOfDay(zone).toInstant());
    }
    elapsed[0] = start[0];
    for (int day = 0; day < DAYS; day++) {
      full[day] = Math.round(weight(FIRST.plusDays(day)) * DAY);
      int outage = firstOutageAfter(start[day]);
      if (outage < outageFrom.length && outageFrom[outage] < start[day + 1]) {
        interrupted.set(day);
      }
      elapsed[day + 1] = elapsed[day] + within(day, start[day + 1]);
    }
  }

  /** All days of UTC alike and no outage: operational time is time itself. */
  public static OperationalCalendar plain() {
    return PLAIN;
  }

  /**
   * A calendar.
   *
   * @param zone whose days are meant; {@code Z} and {@code UTC} are the same
   * @param weekdays seven weights from Monday, 0 or more and not all 0; only their ratios count,
   *     they are brought to a mean of 1
   * @param days weights of single days in terms of a mean day, 0 (nobody is expected) to {@link
   *     #HEAVIEST}
   * @param outages of ours in any order; those that touch are joined
   * @throws IllegalArgumentException naming the value that is wrong
   */
  public static OperationalCalendar of(
      ZoneId zone, List<Double> weekdays, Map<LocalDate, Double> days, Collection<Outage> outages) {
    require(
        days.size() <= MOST_DAYS,
        "a calendar has at most " + MOST_DAYS + " days of their own, had " + days.size());
    require(
        outages.size() <= MOST_OUTAGES,
        "a calendar has at most " + MOST_OUTAGES + " outages, had " + outages.size());
    Map<LocalDate, Double> rounded = new TreeMap<>();
    days.forEach(
        (day, weight) -> {
          require(
              weight >= 0 && weight <= HEAVIEST,
              "the weight of " + day + " must be 0 to " + HEAVIEST + ", was " + weight);
          require(
              !day.isBefore(FIRST) && day.toEpochDay() < DAYS,
              "a day of its own must lie in 1970 to 2099, was " + day);
          rounded.put(day, round(weight));
        });
    ZoneId normal = zone.normalized();
    return new OperationalCalendar(
        normal.equals(ZoneOffset.UTC) ? ZoneOffset.UTC : normal,
        ofMeanOne(weekdays),
        rounded,
        joined(outages));
  }

  private static List<Double> ofMeanOne(List<Double> weekdays) {
    require(weekdays.size() == 7, "a week has 7 weights from Monday, had " + weekdays.size());
    double sum = 0;
    for (double weight : weekdays) {
      require(
          weight >= 0 && Double.isFinite(weight),
          "the weight of a weekday must be 0 or more, was " + weight);
      sum += weight;
    }
    require(sum > 0 && Double.isFinite(sum), "the weights of the weekdays must not all be 0");
    double mean = sum / 7;
    // What was rounded here before stays as it is: to write a calendar and read it changes nothing.
    double divisor = Math.abs(mean - 1) <= MEAN_TOLERANCE ? 1 : mean;
    return weekdays.stream().map(weight -> round(weight / divisor)).toList();
  }

  private static double round(double weight) {
    return Math.round(weight * SCALE) / SCALE;
  }

  private static List<Outage> joined(Collection<Outage> outages) {
    List<Outage> joined = new ArrayList<>();
    for (Outage next : outages.stream().sorted(Comparator.comparing(Outage::from)).toList()) {
      Outage last = joined.isEmpty() ? null : joined.get(joined.size() - 1);
      if (last == null || next.from().isAfter(last.to())) {
        joined.add(next);
      } else if (next.to().isAfter(last.to())) {
        joined.set(joined.size() - 1, new Outage(last.from(), next.to()));
      }
    }
    return List.copyOf(joined);
  }

  /** The same with one more outage. */
  public OperationalCalendar withOutage(Outage outage) {
    List<Outage> all = new ArrayList<>(outages);
    all.add(outage);
    return of(zone, weekdays, days, all);
  }

  /** The same with other weights of the weekdays. */
  public OperationalCalendar withWeekdays(List<Double> others) {
    return of(zone, others, days, outages);
  }

  /** {@code plain}, or 16 hexadecimal digits of the SHA-256 of the content. */
  public String version() {
    return version;
  }

  /** The version as a number, as states carry it; 0 if plain. */
  public long number() {
    return number;
  }

  /** True if operational time is time itself. */
  public boolean isPlain() {
    return plain;
  }

  /** Whose days are meant. */
  public ZoneId zone() {
    return zone;
  }

  /** Seven weights from Monday, of mean 1. */
  public List<Double> weekdays() {
    return weekdays;
  }

  /** Weights of single days, in terms of a mean day. */
  public SortedMap<LocalDate, Double> days() {
    return Collections.unmodifiableSortedMap(days);
  }

  /** Outages of ours in the order of time; none touches another. */
  public List<Outage> outages() {
    return outages;
  }

  /** The expected use on a day in terms of a mean day, outages not considered. */
  public double weight(LocalDate day) {
    Double own = days.get(day);
    return own == null ? weekdays.get(day.getDayOfWeek().ordinal()) : own;
  }

  /** Operational time from one instant to another; negative if the second is the earlier. */
  public Duration between(Instant from, Instant to) {
    long micros = at(ActivityState.micros(to)) - at(ActivityState.micros(from));
    return Duration.ofNanos(Math.multiplyExact(micros, 1_000L));
  }

  /**
   * Operational time at an instant, both in microseconds since the epoch; never falls, and is the
   * instant itself on a plain calendar.
   */
  long at(long micros) {
    if (plain) {
      return micros;
    }
    if (micros < start[0]) {
      return micros;
    }
    if (micros >= start[DAYS]) {
      return elapsed[DAYS] + (micros - start[DAYS]);
    }
    int day = index(micros);
    return elapsed[day] + within(day, micros);
  }

  /** The day of an instant in microseconds, in days since 1970-01-01. */
  int day(long micros) {
    if (plain) {
      return (int) Math.floorDiv(micros, DAY);
    }
    if (micros < start[0]) {
      return (int) Math.floorDiv(micros - start[0], DAY);
    }
    if (micros >= start[DAYS]) {
      return DAYS + (int) Math.floorDiv(micros - start[DAYS], DAY);
    }
    return index(micros);
  }

  /** Operational days from the start of one day to the start of another, not earlier. */
  double days(int from, int to) {
    if (plain) {
      return to - from;
    }
    return (atStartOf(to) - atStartOf(from)) / (double) DAY;
  }

  private long atStartOf(int day) {
    if (day < 0) {
      return elapsed[0] + day * DAY;
    }
    return day <= DAYS ? elapsed[day] : elapsed[DAYS] + (day - DAYS) * DAY;
  }

  private int index(long micros) {
    int day = (int) Math.min(DAYS - 1, Math.max(0, Math.floorDiv(micros - start[0], DAY)));
    while (micros < start[day]) {
      day--;
    }
    while (micros >= start[day + 1]) {
      day++;
    }
    return day;
  }

  /** Operational time from the start of a day to an instant of it, its end included. */
  private long within(int day, long micros) {
    long run = run(day, micros);
    if (!interrupted.get(day)) {
      return run;
    }
    for (int o = firstOutageAfter(start[day]); o < outageFrom.length; o++) {
      if (outageFrom[o] >= micros) {
        break;
      }
      run -=
          run(day, Math.min(outageTo[o], micros)) - run(day, Math.max(outageFrom[o], start[day]));
    }
    return run;
  }

  /** The same if nothing interrupts the day. */
  private long run(int day, long micros) {
    long length = start[day + 1] - start[day];
    long since = micros - start[day];
    if (full[day] == length) {
      return since;
    }
    if (since == length) {
      // A day that a zone skipped has no length, and gives nothing.
      return length == 0 ? 0 : full[day];
    }
    return Math.min(full[day], (long) ((double) full[day] / length * since));
  }

  /** The first outage that ends after an instant; their number if there is none. */
  private int firstOutageAfter(long micros) {
    int low = 0;
    int high = outageTo.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (outageTo[middle] > micros) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /**
   * The first instant, in microseconds, from which this calendar and another may differ; up to it
   * both give the same operational time and the same days. The largest number if they never differ.
   */
  long differsFrom(OperationalCalendar other) {
    Compared before = compared;
    if (before != null && before.number() == other.number) {
      return before.differsFrom();
    }
    long first = Math.min(firstOtherDay(other), firstOtherOutage(other));
    compared = new Compared(other.number, first);
    return first;
  }

  private long firstOtherDay(OperationalCalendar other) {
    if (start[0] != other.start[0]) {
      return Long.MIN_VALUE;
    }
    for (int day = 0; day < DAYS; day++) {
      if (full[day] != other.full[day] || start[day + 1] != other.start[day + 1]) {
        return start[day];
      }
    }
    return Long.MAX_VALUE;
  }

  private long firstOtherOutage(OperationalCalendar other) {
    int both = Math.min(outageFrom.length, other.outageFrom.length);
    for (int o = 0; o < both; o++) {
      if (outageFrom[o] != other.outageFrom[o]) {
        return Math.min(outageFrom[o], other.outageFrom[o]);
      }
      if (outageTo[o] != other.outageTo[o]) {
        return Math.min(outageTo[o], other.outageTo[o]);
      }
    }
    if (outageFrom.length == other.outageFrom.length) {
      return Long.MAX_VALUE;
    }
    return outageFrom.length > both ? outageFrom[both] : other.outageFrom[both];
  }

  /** All that tells one calendar from another, as text. */
  private String content() {
    StringBuilder text = new StringBuilder("zone ").append(zone.getId()).append('\n');
    text.append("weekdays ").append(weekdays).append('\n');
    days.forEach((day, weight) -> text.append(day).append(' ').append(weight).append('\n'));
    for (Outage outage : outages) {
      text.append(outage.from()).append('/').append(outage.to()).append('\n');
    }
    return text.toString();
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof OperationalCalendar that && version.equals(that.version);
  }

  @Override
  public int hashCode() {
    return version.hashCode();
  }

  @Override
  public String toString() {
    return "calendar " + version;
  }
}
