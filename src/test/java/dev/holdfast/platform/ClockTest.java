package dev.holdfast.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ClockTest {

  private static final Instant BUSINESS = Instant.parse("2011-12-10T00:00:00Z");
  private static final Instant SYSTEM = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void theRealClockIsTheMachines() {
    assertThat(ClockSetting.REAL.at(SYSTEM)).isEqualTo(SYSTEM);
  }

  @Test
  void aFixedClockNeverPasses() {
    var fixed = new ClockSetting(ClockSetting.Mode.FIXED, BUSINESS, SYSTEM, 1);

    assertThat(fixed.at(SYSTEM.plus(Duration.ofDays(9)))).isEqualTo(BUSINESS);
  }

  @Test
  void anAcceleratedClockRunsByItsRate() {
    var fast = new ClockSetting(ClockSetting.Mode.ACCELERATED, BUSINESS, SYSTEM, 1440);

    assertThat(fast.at(SYSTEM.plusSeconds(60))).isEqualTo(BUSINESS.plus(Duration.ofDays(1)));
  }

  @Test
  void aRateMustBePositive() {
    assertThatThrownBy(() -> new ClockSetting(ClockSetting.Mode.ACCELERATED, BUSINESS, SYSTEM, 0))
        .hasMessageContaining("rate must be in (0, 1000000], was 0.0");
  }
}
