package dev.holdfast.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.activity.Features;
import dev.holdfast.activity.Priors;
import dev.holdfast.activity.RandomCalendar;
import dev.holdfast.activity.RandomHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The crossing over holidays, outages and changes of clocks, beside a look at every minute. */
class CalendarCrossingTest {

  private static final Duration HORIZON = Duration.ofDays(40);
  private static final int IDLE = FeatureSchema.current().indexOf("idle");
  private static final int QUANTILE = FeatureSchema.current().indexOf("gap_quantile");

  static LongStream seeds() {
    return LongStream.range(0, 25);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void theCrossingIsTheFirstMinuteAtTheLevel(long seed) {
    ActivityState state = ActivityState.empty(RandomCalendar.of(seed));
    RandomHistory.of(seed).forEach(state::apply);
    ToDoubleFunction<Instant> risk = at -> risk(state, at);
    Instant from = state.lastOccurredAt();
    double now = risk(state, from);
    double level = now + (1 - now) * 0.7 * new Random(seed).nextDouble();

    Optional<Instant> found = Crossing.first(risk, from, HORIZON, level);

    assertThat(found).isEqualTo(byScanning(risk, from, level));
  }

  private static double risk(ActivityState state, Instant at) {
    float[] features = Features.of(state, at, Priors.standard());
    return 1 / (1 + Math.exp(-(0.2 * (features[IDLE] - 8) + features[QUANTILE])));
  }

  private static Optional<Instant> byScanning(
      ToDoubleFunction<Instant> risk, Instant from, double level) {
    long first = Math.floorDiv(from.getEpochSecond(), 60) + 1;
    for (long minute = first; minute < first + HORIZON.toMinutes(); minute++) {
      Instant at = Instant.ofEpochSecond(minute * 60);
      if (risk.applyAsDouble(at) >= level) {
        return Optional.of(at);
      }
    }
    return Optional.empty();
  }
}
