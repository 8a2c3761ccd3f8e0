package dev.holdfast.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CrossingTest {

  private static final Instant START = Instant.parse("2026-03-01T10:17:42.123Z");
  private static final Duration DAYS_30 = Duration.ofDays(30);

  static LongStream seeds() {
    return LongStream.range(0, 60);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void theCrossingIsTheFirstMinuteAtTheLevel(long seed) {
    Random random = new Random(seed);
    double level = 0.05 + 0.9 * random.nextDouble();
    ToDoubleFunction<Instant> risk =
        random.nextBoolean() ? stairs(random) : smooth(random.nextDouble() * 0.5);

    Optional<Instant> found =
        risk.applyAsDouble(START) >= level
            ? Optional.empty()
            : Crossing.first(risk, START, DAYS_30, level);

    assertThat(found)
        .isEqualTo(risk.applyAsDouble(START) >= level ? Optional.empty() : byScanning(risk, level));
  }

  private static Optional<Instant> byScanning(ToDoubleFunction<Instant> risk, double level) {
    long first = Math.floorDiv(START.getEpochSecond(), 60) + 1;
    for (long minute = first; minute < first + DAYS_30.toMinutes(); minute++) {
      Instant at = Instant.ofEpochSecond(minute * 60);
      if (risk.applyAsDouble(at) >= level) {
        return Optional.of(at);
      }
    }
    return Optional.empty();
  }

  private static ToDoubleFunction<Instant> smooth(double perDay) {
    return at -> 1 - Math.exp(-perDay * Duration.between(START, at).toSeconds() / 86_400.0);
  }

  private static ToDoubleFunction<Instant> stairs(Random random) {
    double[] steps = random.doubles(12, 0, 40 * 86_400).sorted().toArray();
    return at -> {
      long silent = Duration.between(START, at).toSeconds();
      long passed = LongStream.range(0, steps.length).filter(i -> steps[(int) i] <= silent).count();
      return passed / (steps.length + 1.0);
    };
  }
}
