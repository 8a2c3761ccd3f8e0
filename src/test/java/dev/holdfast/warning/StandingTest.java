package dev.holdfast.warning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.event.Cadence;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a slot can say of the customers of a source. */
class StandingTest {

  private static final Instant END = Instant.parse("2026-03-02T00:00:00Z");
  private static final Duration WAIT = Duration.ofDays(3);

  private static Standing day(boolean incident, @Nullable Instant reached, Instant now) {
    return Standing.of(Rhythm.DAY, END, Cadence.STREAM, incident, reached, true, WAIT, now);
  }

  @Test
  void aSourceIsCompleteFromTheEndOfTheSlotOn() {
    assertThat(day(false, END, END)).isEqualTo(Standing.COMPLETE);
    assertThat(day(false, END.minusMillis(1), END)).isEqualTo(Standing.AWAITED);
    assertThat(day(false, null, END)).isEqualTo(Standing.AWAITED);
  }

  @Test
  void itIsLeftOutInAnIncidentAndWhenTheSlotHasWaitedLongEnough() {
    assertThat(day(true, END, END)).isEqualTo(Standing.LEFT_OUT);
    assertThat(day(false, null, END.plus(WAIT).minusMillis(1))).isEqualTo(Standing.AWAITED);
    assertThat(day(false, null, END.plus(WAIT))).isEqualTo(Standing.LEFT_OUT);
  }

  @Test
  void whileNothingIsKnownOfAnySourceTheSlotWaits() {
    assertThat(
            Standing.of(
                Rhythm.DAY,
                END,
                Cadence.STREAM,
                false,
                null,
                false,
                WAIT,
                END.plus(Duration.ofDays(30))))
        .isEqualTo(Standing.AWAITED);
  }

  @Test
  void aFileOfTheDaySaysNothingOfAnHour() {
    assertThat(Standing.of(Rhythm.HOUR, END, Cadence.DAILY, false, END, true, WAIT, END))
        .isEqualTo(Standing.OTHER_RHYTHM);
    assertThat(Standing.of(Rhythm.DAY, END, Cadence.DAILY, false, END, true, WAIT, END))
        .isEqualTo(Standing.COMPLETE);
  }
}
