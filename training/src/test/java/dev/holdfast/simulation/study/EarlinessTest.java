package dev.holdfast.simulation.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import dev.holdfast.training.CustomerHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Alarms on silences made by hand, where bells and delays can be told without a computer. */
class EarlinessTest {

  private static final Instant START = Instant.parse("2026-03-02T00:00:00Z");
  private static final Instant HEARD = day(40);
  private static final Alarm IDLE = Alarm.timer("idle days", ActivityState::idleDays);
  private static final Alarm NIGHTLY =
      Alarm.daily("nightly", ActivityState::idleDays, Duration.ofHours(3), Duration.ZERO);
  private static final Alarm YESTERDAY =
      Alarm.daily("yesterday", ActivityState::idleDays, Duration.ofHours(3), Duration.ofHours(3));

  private static final Listening LISTENING =
      new Listening(
          START,
          day(20),
          HEARD,
          (customer, lastUse, next) -> next == null ? Silence.End.LEFT : Silence.End.RETURNED);

  @Test
  void aTimerRingsAtTheMinuteAndARunAtItsNextHour() {
    CustomerHistory gone = history(1, day(1).plus(Duration.ofHours(12)));
    Earliness earliness = earliness(List.of(gone, history(2, day(1), day(2), day(3))));

    Earliness.Heard heard = earliness.at(new double[] {4, 4, 4});

    // 12:00 on the fifth day; the nights after have seen 4.6 days of silence, or 4.5 of it.
    assertThat(heard.delays()[0][0]).isCloseTo(4, within(1e-9));
    assertThat(heard.delays()[1][0]).isCloseTo(4 + 15 / 24.0, within(1e-9));
    assertThat(heard.delays()[2][0]).isCloseTo(4 + 15 / 24.0, within(1e-9));
  }

  @Test
  void aRunOnYesterdaysDataRingsWhoCameBackInTheNight() {
    Instant last = day(1).plus(Duration.ofHours(20));
    CustomerHistory back = history(1, last, day(6).plus(Duration.ofHours(1)), day(7));
    Earliness earliness = earliness(List.of(back));

    assertThat(earliness.falseAlarms(0, 4)).isEqualTo(1);
    assertThat(earliness.falseAlarms(1, 4.15)).isZero();
    assertThat(earliness.falseAlarms(2, 4.15)).isEqualTo(1);
  }

  @Test
  void levelsAreTheLowestThatKeepToTheFalseAlarmsAllowed() {
    List<CustomerHistory> customers = new ArrayList<>();
    customers.add(history(1, day(1), day(3), day(6), day(10), day(15)));
    Earliness earliness = earliness(customers);

    for (int allowed = 0; allowed < 4; allowed++) {
      double level = earliness.level(0, allowed);
      assertThat(earliness.falseAlarms(0, level)).isEqualTo(allowed);
      assertThat(earliness.falseAlarms(0, Math.nextDown(level))).isEqualTo(allowed + 1);
    }
    // Silences of 2, 3, 4 and 5 days, looked at until the minute before the return.
    assertThat(earliness.level(0, 1)).isCloseTo(4, within(0.001));
  }

  @Test
  void anAlarmRingsOnceAfterAUseHoweverMuchArrivesInSilence() {
    List<Event> events = new ArrayList<>(history(1, day(1)).events());
    events.add(event(1, "newsletter", EventKind.OUTBOUND, day(7)));
    Earliness earliness = earliness(List.of(new CustomerHistory(1, events)));

    Earliness.Heard heard = earliness.at(new double[] {4, 8, 40});

    assertThat(earliness.leavers()).isEqualTo(1);
    assertThat(heard.delays()[0]).containsExactly(4);
    assertThat(heard.delays()[1]).containsExactly(8 + 3 / 24.0);
    assertThat(heard.delays()[2]).containsExactly(Double.POSITIVE_INFINITY);
  }

  @Test
  void whoIsNeverRungCountsAsLate() {
    double[] delays = {1, Double.POSITIVE_INFINITY, 3, Double.POSITIVE_INFINITY, 20};

    assertThat(Earliness.median(delays)).isEqualTo(20);
    assertThat(Earliness.meanUpTo(delays, 14))
        .isCloseTo((1 + 14 + 3 + 14 + 14) / 5.0, within(1e-9));
    assertThat(Earliness.shareWithin(delays, 5)).isEqualTo(0.4);
  }

  /**
   * The study at a size of seconds: at equal false alarms the timers ring earlier on average than
   * the rule, which knows nobody's own rhythm, and than the daily run, which knows as much.
   */
  @Test
  void timersRingDailyUsersEarlierThanTheRuleAndTheDailyRun() {
    List<Finding> findings =
        new EarlinessStudy().run(new Study.Plan(List.of(1L), 5000), line -> {});

    assertThat(findings)
        .filteredOn(finding -> finding.what().contains("mean days, timers less"))
        .hasSize(4)
        .allMatch(Finding::kept);
  }

  /** Seed 1 to 5 as docs/studies.md shows them, but for the bars that it says are missed. */
  @Test
  @Tag("full")
  void aQuarterOfTheFalseAlarmsIsEarlierThanBothInEachOfFiveSeeds() {
    List<Finding> findings =
        new EarlinessStudy().run(new Study.Plan(List.of(1L, 2L, 3L, 4L, 5L), 10_000), line -> {});

    assertThat(findings)
        .filteredOn(finding -> finding.what().startsWith("a quarter as often"))
        .filteredOn(finding -> finding.what().contains("timers less"))
        .filteredOn(finding -> !finding.what().contains("mean"))
        .hasSize(20)
        .allMatch(Finding::kept);
  }

  private static Earliness earliness(List<CustomerHistory> customers) {
    return new Earliness(
        customers::forEach, LISTENING, List.of(IDLE, NIGHTLY, YESTERDAY), customer -> 20);
  }

  private static CustomerHistory history(long customer, Instant... uses) {
    List<Event> events = new ArrayList<>();
    for (Instant use : uses) {
      events.add(event(customer, "login", EventKind.USAGE, use));
    }
    return new CustomerHistory(customer, events);
  }

  private static Event event(long customer, String name, EventKind kind, Instant at) {
    return new Event(
        name + at,
        "test",
        "test:" + customer,
        name,
        kind,
        at,
        at,
        false,
        1,
        null,
        null,
        null,
        Map.of(),
        false);
  }

  private static Instant day(int number) {
    return START.plus(Duration.ofDays(number));
  }
}
