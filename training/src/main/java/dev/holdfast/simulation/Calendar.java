package dev.holdfast.simulation;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/** The local days of one time zone from the first one on, made when first asked for and kept. */
final class Calendar {

  private final ZoneId zone;
  private final LocalDate first;
  private final List<Day> days = new ArrayList<>();

  /** A calendar that begins with the local day of an instant. */
  Calendar(ZoneId zone, Instant from) {
    this.zone = zone;
    first = from.atZone(zone).toLocalDate();
  }

  ZoneId zone() {
    return zone;
  }

  /** The day {@code index} days after the first. */
  Day day(int index) {
    while (days.size() <= index) {
      days.add(Day.of(first.plusDays(days.size()), zone));
    }
    return days.get(index);
  }
}
