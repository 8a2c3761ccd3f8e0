package dev.holdfast.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.activity.ActivityState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SilenceTest {

  private static final Duration MONTH = Duration.ofDays(30);
  private static final double[] LEVELS = {0.2, 0.35, 0.5, 0.62, 0.8};

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(SilentCustomers.Kind.class)
  void risksAlongSilenceAreThoseOfTheModelAndNeverFall(SilentCustomers.Kind kind) {
    risks(SilentCustomers.model(kind, 60, 5, Calibrator.platt(0.8, 0.1), 1, folder), 150, 60);
    risks(SilentCustomers.model(kind, 9, 10, Calibrator.none(), 2, folder), 40, 30);
  }

  private static void risks(ChurnModel model, int customers, int instants) {
    Random random = new Random(3);
    Silence silence = model.silence();
    for (ActivityState state : SilentCustomers.states(customers)) {
      silence.of(state);
      Instant at = state.lastOccurredAt();
      double before = 0;
      for (int i = 0; i < instants; i++) {
        double risk = silence.riskAt(at);

        assertThat(risk).isEqualTo(model.risk(state, at)).isGreaterThanOrEqualTo(before);
        before = risk;
        at = at.plusMillis(1 + (long) Math.exp(random.nextDouble() * Math.log(86_400_000.0 * 9)));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(SilentCustomers.Kind.class)
  void crossingsAreThoseOfLookingAtEachMinute(SilentCustomers.Kind kind) {
    List<Calibrator> calibrators =
        List.of(
            Calibrator.platt(0.8, 0.1),
            Calibrator.isotonic(
                new double[] {-2, -0.5, 0.3, 1}, new double[] {0, 0.35, 0.35, 0.9}));
    for (int i = 0; i < calibrators.size(); i++) {
      ChurnModel model = SilentCustomers.model(kind, 60, 5, calibrators.get(i), 4 + i, folder);
      Silence silence = model.silence();
      int crossed = 0;
      for (ActivityState state : SilentCustomers.states(40)) {
        Instant from = state.lastOccurredAt().plusSeconds(3_000);
        double risk = silence.of(state).riskAt(from);
        for (double level : LEVELS) {
          if (level > risk) {
            Optional<Instant> found = silence.firstAtOrAbove(level, from, MONTH);

            assertThat(found).isEqualTo(byNeighbours(model, state, from, level, found));
            crossed += found.isPresent() ? 1 : 0;
          }
        }
      }
      assertThat(crossed).isGreaterThan(30);
    }
  }

  /** What the model itself says at the minute found and the one before, or at the end. */
  private static Optional<Instant> byNeighbours(
      ChurnModel model, ActivityState state, Instant from, double level, Optional<Instant> found) {
    Instant start = from.truncatedTo(ChronoUnit.MINUTES);
    Instant end = start.plus(MONTH);
    if (found.isEmpty()) {
      return model.risk(state, end) >= level ? Optional.of(end) : Optional.empty();
    }
    Instant minute = found.get();
    Instant before = minute.minusSeconds(60);
    assertThat(minute).isAfter(start).isBeforeOrEqualTo(end);
    assertThat(model.risk(state, minute)).isGreaterThanOrEqualTo(level);
    if (before.isAfter(from)) {
      assertThat(model.risk(state, before)).isLessThan(level);
    }
    return found;
  }

  /** The slow way: all minutes of a month, so that nothing rests on the risk never falling. */
  @Tag("full")
  @ParameterizedTest
  @EnumSource(SilentCustomers.Kind.class)
  void crossingsAreThoseOfAScanOfAllMinutes(SilentCustomers.Kind kind) {
    ChurnModel model = SilentCustomers.model(kind, 300, 5, Calibrator.platt(0.8, 0.1), 7, folder);
    Silence silence = model.silence();
    for (ActivityState state : SilentCustomers.states(60)) {
      Instant from = state.lastOccurredAt().plusSeconds(3_000);
      double risk = silence.of(state).riskAt(from);
      Instant minute = from.truncatedTo(ChronoUnit.MINUTES);
      Instant end = minute.plus(MONTH);
      Optional<Instant>[] scanned = firsts();
      while (minute.isBefore(end)) {
        minute = minute.plusSeconds(60);
        double there = model.risk(state, minute);
        for (int i = 0; i < LEVELS.length; i++) {
          if (scanned[i].isEmpty() && there >= LEVELS[i]) {
            scanned[i] = Optional.of(minute);
          }
        }
      }
      for (int i = 0; i < LEVELS.length; i++) {
        if (LEVELS[i] > risk) {
          assertThat(silence.firstAtOrAbove(LEVELS[i], from, MONTH)).isEqualTo(scanned[i]);
        }
      }
    }
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static Optional<Instant>[] firsts() {
    Optional<Instant>[] firsts = new Optional[LEVELS.length];
    Arrays.fill(firsts, Optional.empty());
    return firsts;
  }

  /** Ten thousand customers at two hundred instants each. */
  @Tag("full")
  @Test
  void noRiskFallsInTheSilenceOfTenThousandCustomers() {
    ChurnModel model =
        SilentCustomers.model(
            SilentCustomers.Kind.BLEND, 60, 5, Calibrator.platt(0.8, 0.1), 8, folder);

    risks(model, 10_000, 200);
  }

  @Test
  void aLevelIsReachedFromItsSmallestMarginOn() {
    for (Calibrator calibrator :
        List.of(
            Calibrator.none(),
            Calibrator.platt(0.37, -1.2),
            Calibrator.isotonic(new double[] {-2, 0, 1.5}, new double[] {0.1, 0.4, 0.9}),
            Calibrator.isotonic(new double[] {0}, new double[] {0.5}))) {
      for (double level : new double[] {1e-9, 0.1, 0.25, 0.4, 0.5, 0.77, 0.9, 0.95, 1 - 1e-9}) {
        double margin = calibrator.smallestMargin(level);

        if (margin != Double.POSITIVE_INFINITY) {
          assertThat(calibrator.probability(margin)).isGreaterThanOrEqualTo(level);
        } else {
          assertThat(calibrator.probability(Double.MAX_VALUE)).isLessThan(level);
        }
        if (margin != Double.NEGATIVE_INFINITY) {
          assertThat(calibrator.probability(Math.nextDown(margin))).isLessThan(level);
        }
      }
    }
  }

  @Test
  void whereTheLevelIsReachedAlreadyTheNextMinuteIsTheAnswer() {
    ChurnModel model =
        SilentCustomers.model(
            SilentCustomers.Kind.BLEND, 20, 3, Calibrator.platt(0.8, 0.1), 9, folder);
    ActivityState state = SilentCustomers.states(1).get(0);
    Instant from = state.lastOccurredAt().plus(Duration.ofDays(9));
    Silence silence = model.silence().of(state);

    Optional<Instant> found = silence.firstAtOrAbove(silence.riskAt(from), from, MONTH);

    assertThat(found).hasValue(from.truncatedTo(ChronoUnit.MINUTES).plusSeconds(60));
  }

  @Test
  void searchesTakeFewEvaluations() {
    for (SilentCustomers.Kind kind : SilentCustomers.Kind.values()) {
      ChurnModel model = SilentCustomers.model(kind, 60, 5, Calibrator.none(), 10, folder);
      Silence silence = model.silence();
      int searches = 0;
      for (ActivityState state : SilentCustomers.states(100)) {
        Instant from = state.lastOccurredAt();
        double risk = silence.of(state).riskAt(from);
        if (risk < 0.5) {
          silence.firstAtOrAbove(0.5, from, Duration.ofDays(365));
          searches++;
        }
      }

      // Bisection to the minute of a year takes 20.
      assertThat((double) silence.evaluations() / searches).as(kind.name()).isLessThan(18);
    }
  }
}
