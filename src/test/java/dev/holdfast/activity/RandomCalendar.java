package dev.holdfast.activity;

import dev.holdfast.activity.OperationalCalendar.Outage;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Random calendars over the months in which random histories lie. */
public final class RandomCalendar {

  private static final List<String> ZONES =
      List.of("Europe/Berlin", "America/New_York", "Asia/Shanghai", "UTC", "Australia/Lord_Howe");

  private RandomCalendar() {}

  /** A calendar; the same seed gives the same. */
  public static OperationalCalendar of(long seed) {
    Random random = new Random(seed);
    List<Double> weekdays = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      weekdays.add(random.nextInt(4) == 0 ? 0 : random.nextDouble() * 2);
    }
    weekdays.set(random.nextInt(7), 1.0);
    LocalDate start = LocalDate.ofInstant(RandomHistory.START, ZoneOffset.UTC);
    Map<LocalDate, Double> days = new TreeMap<>();
    for (int i = random.nextInt(40); i > 0; i--) {
      double weight = random.nextInt(2) == 0 ? 0 : random.nextDouble() * 3;
      days.put(start.plusDays(random.nextInt(500)), weight);
    }
    List<Outage> outages = new ArrayList<>();
    for (int i = random.nextInt(12); i > 0; i--) {
      Instant from = RandomHistory.START.plusSeconds(random.nextInt(500 * 86_400));
      outages.add(new Outage(from, from.plus(Duration.ofSeconds(1 + random.nextInt(300_000)))));
    }
    return OperationalCalendar.of(
        ZoneId.of(ZONES.get(random.nextInt(ZONES.size()))), weekdays, days, outages);
  }
}
