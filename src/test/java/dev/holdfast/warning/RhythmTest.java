package dev.holdfast.warning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.activity.OperationalCalendar.Outage;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Days of the zone and hours, and which of them can be compared. */
class RhythmTest {

  private static final LocalDate HOLIDAY = LocalDate.parse("2026-10-01");
  private static final LocalDate MAKE_UP = LocalDate.parse("2026-10-10");
  private static final OperationalCalendar CALENDAR =
      OperationalCalendar.of(
          ZoneId.of("Asia/Shanghai"),
          List.of(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0),
          Map.of(HOLIDAY, 0.0, MAKE_UP, 1.2, LocalDate.parse("2026-10-12"), 1.0),
          List.of(
              new Outage(
                  Instant.parse("2026-10-20T02:30:00Z"), Instant.parse("2026-10-20T03:00:00Z"))));

  @Test
  void aDayIsThatOfTheZone() {
    long slot = HOLIDAY.toEpochDay();

    assertThat(Rhythm.DAY.start(CALENDAR, slot)).isEqualTo("2026-09-30T16:00:00Z");
    assertThat(Rhythm.DAY.end(CALENDAR, slot)).isEqualTo("2026-10-01T16:00:00Z");
    assertThat(Rhythm.DAY.slotOf(CALENDAR, Instant.parse("2026-09-30T16:00:00Z"))).isEqualTo(slot);
    assertThat(Rhythm.DAY.slotOf(CALENDAR, Instant.parse("2026-09-30T15:59:59Z")))
        .isEqualTo(slot - 1);
  }

  @Test
  void holidaysMakeUpDaysAndOutagesAreNotUsual() {
    assertThat(Rhythm.DAY.usual(CALENDAR, HOLIDAY.toEpochDay())).isFalse();
    assertThat(Rhythm.DAY.usual(CALENDAR, MAKE_UP.toEpochDay())).isFalse();
    assertThat(Rhythm.DAY.usual(CALENDAR, HOLIDAY.plusDays(1).toEpochDay())).isTrue();
    assertThat(Rhythm.DAY.usual(CALENDAR, LocalDate.parse("2026-10-12").toEpochDay())).isTrue();
    assertThat(Rhythm.DAY.usual(CALENDAR, LocalDate.parse("2026-10-20").toEpochDay())).isFalse();
  }

  @Test
  void anHourIsUsualUnlessItsDayIsNotOrTheOutageIsInIt() {
    assertThat(usualHour("2026-09-30T15:00:00Z")).isTrue();
    assertThat(usualHour("2026-09-30T16:00:00Z")).isFalse();
    assertThat(usualHour("2026-10-20T01:00:00Z")).isTrue();
    assertThat(usualHour("2026-10-20T02:00:00Z")).isFalse();
    assertThat(usualHour("2026-10-20T03:00:00Z")).isTrue();
  }

  private static boolean usualHour(String at) {
    return Rhythm.HOUR.usual(CALENDAR, Rhythm.HOUR.slotOf(CALENDAR, Instant.parse(at)));
  }
}
