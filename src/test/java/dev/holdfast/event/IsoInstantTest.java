package dev.holdfast.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class IsoInstantTest {

  @Test
  void everyInstantIsReadAsThePlatformReadsIt() {
    Random random = new Random(5);
    for (int i = 0; i < 20_000; i++) {
      Instant instant =
          Instant.ofEpochSecond(
              -2_208_988_800L + (long) (random.nextDouble() * 1.2e10),
              random.nextInt(1_000) * (random.nextBoolean() ? 1_000_000 : 999_001));
      assertThat(IsoInstant.parse(instant.toString())).isEqualTo(instant);
    }
  }

  @Test
  void whatIsNoInstantForThePlatformIsNoneHere() {
    for (String text :
        List.of(
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-01-01T24:00:01Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T23:59:60Z",
            "2026-01-01T00:60:00Z",
            "2026-01-01T00:00:00",
            "2026-01-01T00:00:00.Z",
            "2026-01-01T00:00:00.1234567890Z",
            "2026-01-01T0a:00:00Z",
            "2026-01-01T00:00:00.12x4Z",
            "2026-01-01t00:00:00z",
            "2026-01-01 00:00:00Z",
            "-026-01-01T00:00:00Z",
            "2026-01-01T-1:00:00Z",
            "")) {
      assertThat(IsoInstant.parse(text)).as(text).isEqualTo(byPlatform(text));
    }
  }

  private static @Nullable Instant byPlatform(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException none) {
      return null;
    }
  }
}
