package dev.holdfast.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LatenessTest {

  private static final Instant SYSTEM = Instant.parse("2026-03-02T08:00:00Z");
  private static final Instant BUSINESS = Instant.parse("2011-06-01T00:00:00Z");

  private final Lateness lateness = new Lateness();

  @Test
  void itCountsFromTheLookBeforeTheWatermarkPassedTheInstant() {
    look(0, 10);
    look(1, 10);
    look(2, 30);
    look(3, 40);

    assertThat(lateness.of(1, BUSINESS.plusSeconds(20), SYSTEM.plusMillis(2_400)))
        .isEqualTo(Duration.ofMillis(1_400));
    assertThat(lateness.of(1, BUSINESS.plusSeconds(31), SYSTEM.plusMillis(3_100)))
        .isEqualTo(Duration.ofMillis(1_100));
  }

  @Test
  void aStopOfOursIsNoLateness() {
    look(0, 1_000);

    assertThat(lateness.of(1, BUSINESS, SYSTEM.plusMillis(300))).isEqualTo(Duration.ofMillis(300));
  }

  @Test
  void aTimerAheadOfTheClockIsNotLate() {
    lateness.look(Map.of(1, BUSINESS.plusSeconds(99)), BUSINESS, SYSTEM);
    lateness.look(
        Map.of(1, BUSINESS.plusSeconds(99)), BUSINESS.plusSeconds(1), SYSTEM.plusSeconds(1));

    assertThat(lateness.of(1, BUSINESS.plusSeconds(1), SYSTEM.plusMillis(1_500)))
        .as("the source was ahead; the clock passed it between the looks")
        .isEqualTo(Duration.ofMillis(1_500));
  }

  @Test
  void whoWasHeldPastTheInstantIsLateFromTheSweepThatDidNotFindThem() {
    look(0, 10);
    look(1, 30);
    lateness.swept(Map.of(1, BUSINESS.plusSeconds(30)), SYSTEM.plusSeconds(60));

    assertThat(lateness.of(1, BUSINESS.plusSeconds(20), SYSTEM.plusMillis(60_500)))
        .isEqualTo(Duration.ofMillis(500));
    look(61, 40);
    assertThat(lateness.of(1, BUSINESS.plusSeconds(35), SYSTEM.plusMillis(62_000)))
        .as("passed after the sweep")
        .isEqualTo(Duration.ofSeconds(61));
  }

  private void look(int second, int complete) {
    lateness.look(
        Map.of(1, BUSINESS.plusSeconds(complete)),
        BUSINESS.plusSeconds(3_600),
        SYSTEM.plusSeconds(second));
  }
}
