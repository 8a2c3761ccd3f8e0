package dev.holdfast.simulation.study;

import dev.holdfast.activity.Attendance;
import dev.holdfast.activity.Attendee;
import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.warning.BellReplay;
import dev.holdfast.warning.CountChanges;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Made-up customers who come to a service day by day, and a company that hears of it as its feeds
 * bring it and whose bells listen by the hour of the clock.
 *
 * <p>Who comes is drawn: the share of the weekday, times the habit of each customer (0.5 to 1.5),
 * times a noise of the district and day which makes its numbers vary as if customers were alike by
 * {@value #ALIKE} (the correlation of a beta-binomial). The same seed gives the same visits,
 * whoever listens. Days are those of UTC.
 */
final class Town {

  /** Correlation between two customers of a district on a day. */
  static final double ALIKE = 0.002;

  /** The first day, a Monday. */
  static final LocalDate FIRST = LocalDate.parse("2024-01-01");

  private static final double[] WEEKDAY = {0.35, 0.34, 0.33, 0.34, 0.36, 0.24, 0.20};
  private static final int DAY_SECONDS = 86_400;
  private static final int HOUR_SECONDS = 3_600;
  private static final int DAY_HOURS = 24;

  private final List<Resident> residents;
  private final int districts;
  private final OperationalCalendar calendar;
  private final SplittableRandom random;
  private final double[] habits;
  private final Attendee[] attendees;
  private final Map<Long, List<Use>> onTheWay = new HashMap<>();
  private final List<Ear> ears = new ArrayList<>();
  private int today;

  /**
   * A customer.
   *
   * @param district whose noise it shares, from 0
   * @param source by which its use is reported
   * @param values by which segments know it
   */
  record Resident(int district, int source, Map<String, String> values) {}

  /** What keeps customers away, and when the company hears of those who come. */
  interface Circumstances {

    /** Nothing: all is heard in the hour in which it happens. */
    Circumstances NONE = new Circumstances() {};

    /** How much is going on on a day, against an ordinary one of its weekday. */
    default double activity(int day) {
      return 1;
    }

    /** True if a customer does not come, whatever the day. */
    default boolean away(int resident, int day) {
      return false;
    }

    /** When the company hears of a visit. */
    default Instant heard(int source, Instant at) {
      return at;
    }
  }

  /** How sources stand to slots at an instant of the clock. */
  interface Clock {

    BellReplay.Feeds at(Instant now);
  }

  private record Ear(BellReplay bell, Clock clock, int[] cells) {}

  private record Use(int resident, long second) {}

  /**
   * Nobody has come yet.
   *
   * @param calendar whose days are counted; of UTC
   */
  Town(long seed, List<Resident> residents, OperationalCalendar calendar) {
    this.residents = List.copyOf(residents);
    this.districts = residents.stream().mapToInt(Resident::district).max().orElse(-1) + 1;
    this.calendar = calendar;
    this.random = new SplittableRandom(seed);
    this.habits = residents.stream().mapToDouble(one -> 0.5 + random.nextDouble()).toArray();
    this.attendees = new Attendee[residents.size()];
  }

  /** Lets a bell hear all that happens from now on. */
  void listen(BellReplay bell, Clock clock) {
    int[] cells =
        residents.stream().mapToInt(one -> bell.cell(one.source(), one.values())).toArray();
    ears.add(new Ear(bell, clock, cells));
  }

  /** The start of a day. */
  static Instant start(int day) {
    return FIRST.plusDays(day).atStartOfDay().toInstant(ZoneOffset.UTC);
  }

  /** The number of a day since 1970-01-01. */
  static int slot(int day) {
    return (int) FIRST.plusDays(day).toEpochDay();
  }

  /** So many days pass, and each hour of them is heard. */
  void live(int days, Circumstances circumstances) {
    for (int i = 0; i < days; i++) {
      visit(circumstances);
      long firstHour = (long) slot(today) * DAY_HOURS;
      for (int hour = 0; hour < DAY_HOURS; hour++) {
        hear(firstHour + hour);
        Instant now = start(today).plus(hour + 1L, ChronoUnit.HOURS);
        ears.forEach(ear -> ear.bell().lookUntil(now, ear.clock().at(now)));
      }
      today++;
    }
  }

  private void visit(Circumstances circumstances) {
    double share = WEEKDAY[today % 7] * circumstances.activity(today);
    double[] ofDistrict = new double[districts];
    for (int district = 0; district < districts; district++) {
      double sd = Math.sqrt(share * (1 - share) * ALIKE);
      ofDistrict[district] = Math.max(0, share + sd * random.nextGaussian());
    }
    long midnight = (long) slot(today) * DAY_SECONDS;
    for (int i = 0; i < habits.length; i++) {
      // Drawn for everybody, so that who stays away changes nobody else.
      double drawn = random.nextDouble();
      int second = random.nextInt(DAY_SECONDS);
      Resident one = residents.get(i);
      if (drawn < ofDistrict[one.district()] * habits[i] && !circumstances.away(i, today)) {
        long at = midnight + second;
        Instant heard = circumstances.heard(one.source(), Instant.ofEpochSecond(at));
        onTheWay
            .computeIfAbsent(heard.getEpochSecond() / HOUR_SECONDS, hour -> new ArrayList<>())
            .add(new Use(i, at));
      }
    }
  }

  /** What the company hears of in an hour. */
  private void hear(long hour) {
    List<Use> uses = onTheWay.remove(hour);
    if (uses == null) {
      return;
    }
    List<CountChanges> changes = ears.stream().map(ear -> new CountChanges(calendar)).toList();
    for (Use use : uses) {
      Attendee before = attendees[use.resident()];
      Instant at = Instant.ofEpochSecond(use.second());
      Attendance after =
          before == null ? Attendance.first(calendar, at) : before.attendance().use(calendar, at);
      attendees[use.resident()] = new Attendee(0, false, after);
      for (int i = 0; i < ears.size(); i++) {
        int cell = ears.get(i).cells()[use.resident()];
        changes
            .get(i)
            .add(
                before == null ? null : new Attendee(cell, false, before.attendance()),
                new Attendee(cell, false, after));
      }
    }
    for (int i = 0; i < ears.size(); i++) {
      ears.get(i).bell().add(changes.get(i));
    }
  }
}
