package dev.holdfast.activity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.holdfast.activity.OperationalCalendar.Outage;
import dev.holdfast.event.Event;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class OperationalCalendarTest {

  private static final List<Double> ALIKE = OperationalCalendar.plain().weekdays();
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final double DAY = 86_400_000_000.0;

  @Test
  void thePlainCalendarIsTimeItself() {
    OperationalCalendar plain =
        OperationalCalendar.of(
            ZoneId.of("UTC"), List.of(2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0), Map.of(), List.of());

    assertThat(plain).isEqualTo(OperationalCalendar.plain());
    assertThat(plain.isPlain()).isTrue();
    assertThat(plain.at(-12_345)).isEqualTo(-12_345);
    assertThat(plain.day(-1)).isEqualTo(-1);
  }

  @Test
  void operationalTimeIsTheSumOfTheWeightsMinuteByMinute() {
    for (long seed = 0; seed < 5; seed++) {
      OperationalCalendar calendar = RandomCalendar.of(seed);
      Instant from = Instant.parse("2025-03-20T00:00:00Z");
      double expected = 0;
      long before = calendar.at(ActivityState.micros(from));
      long start = before;
      for (int minute = 0; minute < 60 * 24 * 14; minute++) {
        Instant at = from.plusSeconds(60L * minute);
        expected += minuteOf(calendar, at);
        long now = calendar.at(ActivityState.micros(at.plusSeconds(60)));
        if (now < before || Math.abs((now - start) / DAY - expected) > 1e-6) {
          assertThat((now - start) / DAY)
              .as("seed %d after %s, %d after %d", seed, at, now, before)
              .isCloseTo(expected, within(1e-6));
          assertThat(now).as("seed %d after %s", seed, at).isGreaterThanOrEqualTo(before);
        }
        before = now;
      }
    }
  }

  /** What a minute gives in days, by the definition: weight of its day, less outages. */
  private static double minuteOf(OperationalCalendar calendar, Instant at) {
    LocalDate day = LocalDate.ofInstant(at, calendar.zone());
    ZonedDateTime start = day.atStartOfDay(calendar.zone());
    double length =
        Duration.between(start, day.plusDays(1).atStartOfDay(calendar.zone())).toSeconds();
    Instant end = at.plusSeconds(60);
    double seconds = 60;
    for (Outage outage : calendar.outages()) {
      Instant first = outage.from().isAfter(at) ? outage.from() : at;
      Instant last = outage.to().isBefore(end) ? outage.to() : end;
      seconds -= Math.max(0, Duration.between(first, last).toMillis() / 1000.0);
    }
    return calendar.weight(day) * seconds / length;
  }

  @Test
  void aDayOfClockChangeWeighsAsMuchAsAnyOther() {
    OperationalCalendar berlin = OperationalCalendar.of(BERLIN, ALIKE, Map.of(), List.of());
    Instant midnight = LocalDate.of(2025, 3, 30).atStartOfDay(BERLIN).toInstant();

    assertThat(berlin.between(midnight, midnight.plus(Duration.ofHours(23))))
        .isEqualTo(Duration.ofDays(1));
    assertThat(berlin.days(day(2025, 3, 28), day(2025, 4, 2))).isEqualTo(5);
  }

  @Test
  void nobodyIsExpectedOnAHolidayNorDuringAnOutage() {
    Instant night = Instant.parse("2026-02-10T03:00:00Z");
    OperationalCalendar calendar =
        OperationalCalendar.of(
            ZoneOffset.UTC,
            ALIKE,
            Map.of(LocalDate.of(2026, 1, 1), 0.0, LocalDate.of(2026, 1, 3), 2.0),
            List.of(
                new Outage(night.plusSeconds(3_600), night.plusSeconds(7_200)),
                new Outage(night, night.plusSeconds(5_000))));
    Instant holiday = Instant.parse("2026-01-01T00:00:00Z");

    assertThat(calendar.between(holiday, holiday.plus(Duration.ofDays(1)))).isZero();
    assertThat(calendar.between(holiday, holiday.plus(Duration.ofDays(3))))
        .isEqualTo(Duration.ofDays(3));
    assertThat(calendar.outages()).containsExactly(new Outage(night, night.plusSeconds(7_200)));
    assertThat(calendar.between(night.minusSeconds(60), night.plusSeconds(7_260)))
        .isEqualTo(Duration.ofSeconds(120));
  }

  @Test
  void aWeekOfHolidaysWithMakeUpWorkdaysRaisesNobodysSilence() {
    Map<LocalDate, Double> days = new TreeMap<>();
    LocalDate first = LocalDate.of(2026, 10, 1);
    first.datesUntil(first.plusDays(8)).forEach(holiday -> days.put(holiday, 0.0));
    days.put(LocalDate.of(2026, 9, 27), 1.4);
    days.put(LocalDate.of(2026, 10, 10), 1.4);
    OperationalCalendar office =
        OperationalCalendar.of(
            ZoneId.of("Asia/Shanghai"),
            List.of(1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0),
            days,
            List.of());
    ActivityState state = ActivityState.empty(office);
    LocalDate day = LocalDate.of(2026, 6, 1);
    for (int i = 0; day.isBefore(first); day = day.plusDays(1)) {
      if (office.weight(day) > 0) {
        state.apply(
            RandomHistory.use("u" + i++, day.atTime(11, 0).atZone(office.zone()).toInstant()));
      }
    }
    Instant lastEvening = first.atStartOfDay(office.zone()).toInstant();
    Instant backAtWork = LocalDate.of(2026, 10, 9).atStartOfDay(office.zone()).toInstant();
    float[] before = Features.of(state, lastEvening, Priors.standard());

    assertThat(Features.of(state, backAtWork, Priors.standard())).isEqualTo(before);
    assertThat(state.usualGapDays(Priors.standard())).isBetween(1.0, 1.6);
    assertThat(state.idleDays(backAtWork.plus(Duration.ofDays(1))))
        .isGreaterThan(state.idleDays(backAtWork));
    ActivityState plain = ActivityState.empty();
    plain.apply(RandomHistory.use("u", lastEvening));
    assertThat(plain.idleDays(backAtWork)).isEqualTo(8);
  }

  @Test
  void featuresStillMoveOnlyInTheirDirection() {
    FeatureSchema schema = FeatureSchema.current();
    for (long seed = 0; seed < 100; seed++) {
      Random random = new Random(seed);
      ActivityState state = state(RandomHistory.of(seed), RandomCalendar.of(seed));
      Instant t = state.lastOccurredAt();
      float[] before = Features.of(state, t, Priors.standard());
      for (int i = 0; i < 60; i++) {
        t = t.plusMillis(random.nextInt(3) == 0 ? 1 : random.nextInt(10 * 86_400_000));
        float[] now = Features.of(state, t, Priors.standard());
        for (int j = 0; j < now.length; j++) {
          Feature feature = schema.features().get(j);
          String what = "seed " + seed + ", " + feature.name() + " at " + t;
          assertThat(Float.isFinite(now[j])).as(what).isTrue();
          switch (feature.direction()) {
            case RISING -> assertThat(now[j]).as(what).isGreaterThanOrEqualTo(before[j]);
            case FALLING -> assertThat(now[j]).as(what).isLessThanOrEqualTo(before[j]);
            case FROZEN -> assertThat(now[j]).as(what).isEqualTo(before[j]);
          }
        }
        before = now;
      }
    }
  }

  @Test
  void anyOrderOfArrivalOnAnyCalendarGivesTheSameBytes() {
    for (long seed = 0; seed < 200; seed++) {
      OperationalCalendar calendar = RandomCalendar.of(seed);
      List<Event> history = RandomHistory.of(seed);
      byte[] expected = state(history, calendar).toBytes();

      List<Event> arriving = new ArrayList<>(history);
      arriving.addAll(history.subList(0, history.size() / 2));
      Collections.shuffle(arriving, new Random(seed));

      assertThat(arrive(arriving, calendar)).as("seed %d", seed).isEqualTo(expected);
    }
  }

  /** As the stream does, written and read back after each event. */
  private static byte[] arrive(List<Event> arriving, OperationalCalendar calendar) {
    byte[] bytes = ActivityState.empty(calendar).toBytes();
    List<Event> stored = new ArrayList<>();
    Set<Object> keys = new HashSet<>();
    for (Event event : arriving) {
      if (!keys.add(event.key())) {
        continue;
      }
      stored.add(event);
      ActivityState state =
          ActivityState.fromBytes(
              bytes,
              number -> {
                assertThat(number).isEqualTo(calendar.number());
                return calendar;
              });
      if (state.precedesLast(event)) {
        stored.sort(Comparator.comparing(Event::occurredAt).thenComparing(Event::key));
        state = state(stored, calendar);
      } else {
        state.apply(event);
      }
      bytes = state.toBytes();
    }
    return bytes;
  }

  @Test
  void aStateThatCanBeRetimedIsAsIfItHadBeenRebuilt() {
    int retimed = 0;
    int refused = 0;
    for (long seed = 0; seed < 400; seed++) {
      Random random = new Random(seed);
      OperationalCalendar before = RandomCalendar.of(seed);
      List<Event> history = RandomHistory.of(seed);
      ActivityState state = state(history, before);
      Instant last = state.lastOccurredAt();
      Instant from = last.plusSeconds(random.nextInt(86_400 * 20) - 86_400 * 10);
      OperationalCalendar after =
          random.nextInt(4) == 0
              ? RandomCalendar.of(seed + 1_000)
              : before.withOutage(new Outage(from, from.plusSeconds(100_000)));
      byte[] untouched = state.toBytes();

      if (state.retime(after)) {
        retimed++;
        assertThat(state.toBytes()).isEqualTo(state(history, after).toBytes());
        assertThat(state.calendar()).isEqualTo(after);
      } else {
        refused++;
        assertThat(state.toBytes()).isEqualTo(untouched);
      }
    }
    assertThat(retimed).isGreaterThan(100);
    assertThat(refused).isGreaterThan(100);
  }

  @Test
  void aStateOnACalendarNamesItAndIsNotReadWithoutIt() {
    OperationalCalendar calendar = RandomCalendar.of(7);
    byte[] bytes = state(RandomHistory.of(7), calendar).toBytes();

    assertThat(bytes[0]).isEqualTo((byte) 3);
    assertThat(state(RandomHistory.of(7), OperationalCalendar.plain()).toBytes()[0])
        .isEqualTo((byte) 2);
    assertThatThrownBy(() -> ActivityState.fromBytes(bytes))
        .hasMessageContaining(calendar.version());
  }

  @Test
  void theVersionIsTheContent() {
    OperationalCalendar one = RandomCalendar.of(3);
    List<Outage> backwards = new ArrayList<>(one.outages());
    Collections.reverse(backwards);

    assertThat(OperationalCalendar.of(one.zone(), one.weekdays(), one.days(), backwards))
        .isEqualTo(one);
    assertThat(one.withWeekdays(one.weekdays())).isEqualTo(one);
    assertThat(RandomCalendar.of(4)).isNotEqualTo(one);
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    assertThatThrownBy(() -> OperationalCalendar.of(BERLIN, List.of(1.0), Map.of(), List.of()))
        .hasMessageContaining("7 weights");
    assertThatThrownBy(
            () -> OperationalCalendar.of(BERLIN, Collections.nCopies(7, 0.0), Map.of(), List.of()))
        .hasMessageContaining("not all be 0");
    assertThatThrownBy(
            () ->
                OperationalCalendar.of(
                    BERLIN, ALIKE, Map.of(LocalDate.of(2026, 1, 1), -1.0), List.of()))
        .hasMessageContaining("2026-01-01");
    assertThatThrownBy(() -> new Outage(Instant.EPOCH, Instant.EPOCH))
        .hasMessageContaining("ends after it starts");
  }

  private static int day(int year, int month, int day) {
    return (int) LocalDate.of(year, month, day).toEpochDay();
  }

  private static ActivityState state(List<Event> events, OperationalCalendar calendar) {
    ActivityState state = ActivityState.empty(calendar);
    events.forEach(state::apply);
    return state;
  }
}
