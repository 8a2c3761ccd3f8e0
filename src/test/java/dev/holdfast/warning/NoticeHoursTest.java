package dev.holdfast.warning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoticeHoursTest {

  private static final String WORKDAYS = "MON,TUE,WED,THU,FRI";

  @Test
  void aMessageWaitsForTheHoursOfTheNextDayThatHasThem() {
    NoticeHours hours = NoticeHours.parse("08:00-20:00", WORKDAYS);
    ZoneId zone = ZoneId.of("Asia/Shanghai");

    assertThat(hours.next(at("2026-03-03T02:00:00Z"), zone)).isEqualTo(at("2026-03-03T02:00:00Z"));
    assertThat(hours.next(at("2026-03-03T12:00:00Z"), zone))
        .as("20:00 is past the hours")
        .isEqualTo(at("2026-03-04T00:00:00Z"));
    assertThat(hours.next(at("2026-03-06T13:00:00Z"), zone))
        .as("Friday evening waits for Monday")
        .isEqualTo(at("2026-03-09T00:00:00Z"));
  }

  @Test
  void aDigestThatTheHoursWouldNeverLetOutIsRefused() {
    NoticeHours hours = NoticeHours.parse("08:00-20:00", WORKDAYS);
    assertThat(NoticeDigests.at("19:59", hours)).isEqualTo(LocalTime.of(19, 59));
    assertThat(NoticeDigests.at("07:00", hours)).as("waits for the hours").isNotNull();
    assertThat(NoticeDigests.at("off", hours)).isNull();
    assertThatThrownBy(() -> NoticeDigests.at("20:00", hours))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("before the end of holdfast.warnings.hours");
  }

  @Test
  void allDayOnAllDaysDelaysNothing() {
    NoticeHours hours = NoticeHours.parse("00:00-24:00", "MON,TUE,WED,THU,FRI,SAT,SUN");
    Random random = new Random(11);
    for (int i = 0; i < 1_000; i++) {
      Instant at = Instant.ofEpochSecond(1_700_000_000L + random.nextInt(100_000_000));
      assertThat(hours.next(at, ZoneId.of("Europe/Berlin"))).isEqualTo(at);
    }
  }

  @Test
  void theFirstInstantWithinTheHoursIsFoundOnDaysOfAnyLength() {
    NoticeHours hours = NoticeHours.parse("07:30-18:15", WORKDAYS);
    Random random = new Random(12);
    for (String name : List.of("Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "Z")) {
      ZoneId zone = ZoneId.of(name);
      for (int i = 0; i < 300; i++) {
        Instant at = Instant.ofEpochSecond(1_767_225_600L + 900L * random.nextInt(365 * 96));
        Instant expected = at;
        while (!hours.within(expected, zone)) {
          expected = expected.plus(Duration.ofMinutes(15));
        }
        assertThat(hours.next(at, zone)).as("%s in %s", at, zone).isEqualTo(expected);
      }
    }
  }

  @Test
  void hoursThatBeginWhenTheClockSkipsBeginAfterTheSkip() {
    NoticeHours hours = NoticeHours.parse("02:30-05:00", "SUN");
    ZoneId zone = ZoneId.of("Europe/Berlin");
    Instant opens = hours.next(at("2026-03-28T12:00:00Z"), zone);
    assertThat(ZonedDateTime.ofInstant(opens, zone).toLocalTime()).isEqualTo(LocalTime.of(3, 30));
  }

  @ParameterizedTest
  @ValueSource(strings = {"8-20", "20:00-08:00", "08:00", "08:00-08:00", "", "08:00-25:00"})
  void malformedHoursAreRefusedByName(String hours) {
    assertThatThrownBy(() -> NoticeHours.parse(hours, WORKDAYS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("holdfast.warnings.hours")
        .hasMessageContaining('"' + hours + '"');
  }

  @Test
  void malformedDaysAreRefusedByName() {
    assertThatThrownBy(() -> NoticeHours.parse("08:00-20:00", "MON,HOLIDAY"))
        .hasMessageContaining("holdfast.warnings.days")
        .hasMessageContaining("MON,HOLIDAY");
    assertThat(NoticeHours.parse("08:00-20:00", "sat, sun").within(at("2026-03-07T09:00:00Z"), UTC))
        .isTrue();
  }

  private static final ZoneId UTC = ZoneOffset.UTC;

  private static Instant at(String instant) {
    return Instant.parse(instant);
  }
}
