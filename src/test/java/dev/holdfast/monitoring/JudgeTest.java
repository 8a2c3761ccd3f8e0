package dev.holdfast.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules in worlds whose truth is known: quiet ones stay quiet, changed ones are seen. */
class JudgeTest {

  private static final LocalDate FIRST_WEEK = LocalDate.parse("2026-03-02");
  private static final int HORIZON = 28;
  private static final double SHAPE = 0.7;
  private static final int CUSTOMERS_A_WEEK = 1_500;
  private static final int WEEKS = 16;

  /**
   * Customers whose risk the champion knows exactly, until the hazard of leaving is multiplied for
   * all who are watched from a week on.
   *
   * @param changeWeek from which week on; beyond the last for a quiet world
   * @param hazard factor on the cumulated hazard of staying silent; 1 changes nothing
   */
  private record World(SplittableRandom random, int changeWeek, double hazard) {

    List<List<Watched>> watched() {
      List<List<Watched>> weeks = new ArrayList<>();
      long customer = 0;
      for (int week = 0; week < WEEKS; week++) {
        List<Watched> rows = new ArrayList<>();
        for (int i = 0; i < CUSTOMERS_A_WEEK; i++) {
          rows.add(one(week, customer++));
        }
        weeks.add(rows);
      }
      return weeks;
    }

    private Watched one(int week, long customer) {
      double idle = -12 * Math.log(random.nextDouble());
      double logit = -1.5 + 0.9 * Math.log1p(idle) + random.nextGaussian() - 0.5;
      double risk = 1 / (1 + Math.exp(-logit));
      double truth = week < changeWeek ? risk : 1 - Math.pow(1 - risk, hazard);
      // P(not back by t) = truth ^ ((t / horizon) ^ shape), so the day of return is its inverse.
      double u = random.nextDouble();
      double back = HORIZON * Math.pow(Math.log(u) / Math.log(truth), 1 / SHAPE);
      Instant asOf = Weeks.start(FIRST_WEEK.plusWeeks(week)).plusSeconds(random.nextInt(604_800));
      return new Watched(
          week,
          customer,
          asOf,
          asOf.plusSeconds(HORIZON * 86_400L),
          risk,
          idle,
          HORIZON,
          back <= HORIZON ? (Double) back : null,
          1,
          back > HORIZON);
    }
  }

  /** The figures of the weeks whose labels have matured by the end of {@code week}. */
  private static List<WeekFigures> matured(List<List<Watched>> watched, int week) {
    int lag = HORIZON / 7;
    List<WeekFigures> weeks = new ArrayList<>();
    for (int w = lag; w <= week; w++) {
      List<Watched> earlier = new ArrayList<>();
      for (int e = Math.max(0, w - lag - 4); e < w - lag; e++) {
        earlier.addAll(watched.get(e));
      }
      Weeks.figures(
              FIRST_WEEK.plusWeeks(w),
              watched.get(w - lag),
              IdleRule.fit(earlier).orElse(null),
              Map.of(),
              7)
          .ifPresent(weeks::add);
    }
    return weeks;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void aQuietWorldRaisesNoAlarm(long seed) {
    List<List<Watched>> watched = new World(new SplittableRandom(seed), WEEKS, 1).watched();

    for (int week = 0; week < WEEKS; week++) {
      List<WeekFigures> weeks = matured(watched, week);
      assertThat(Judge.calibration(weeks).state())
          .as("calibration in week %d of seed %d", week, seed)
          .isIn(State.QUIET, State.NOT_YET_KNOWN);
      assertThat(Judge.idleRule(weeks).state())
          .as("idle rule in week %d of seed %d", week, seed)
          .isIn(State.QUIET, State.NOT_YET_KNOWN);
      assertThat(Judge.fallBackReason(weeks, "before", true)).isEmpty();
    }
    assertThat(Judge.calibration(matured(watched, WEEKS - 1)).state()).isEqualTo(State.QUIET);
    assertThat(Judge.idleRule(matured(watched, WEEKS - 1)).state()).isEqualTo(State.QUIET);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void moreLeavingIsSeenInTheFirstWeekOfLabelsAndAlarmsInTheSecond(long seed) {
    int change = 6;
    int mature = change + HORIZON / 7;
    List<List<Watched>> watched = new World(new SplittableRandom(seed), change, 1.5).watched();

    assertThat(Judge.calibration(matured(watched, mature - 1)).state()).isEqualTo(State.QUIET);
    assertThat(Judge.calibration(matured(watched, mature)).state()).isEqualTo(State.WARN);
    assertThat(Judge.calibration(matured(watched, mature + 1)).state()).isEqualTo(State.ALARM);
    assertThat(Judge.calibration(matured(watched, mature + 1)).words()).contains("second week");
  }

  @Test
  void twoWeeksOfALittleTooManyAreAnAlarmAndOneIsAWarning() {
    WeekFigures first = week(0, 600, 500);
    WeekFigures second = week(1, 605, 500);

    assertThat(Judge.calibration(List.of(first)).state()).isEqualTo(State.WARN);
    assertThat(Judge.calibration(List.of(first)).words()).contains("first week");
    assertThat(Judge.calibration(List.of(first, second)).state()).isEqualTo(State.ALARM);
    assertThat(Judge.calibration(List.of(first, second)).words()).contains("second week");
    // The other side is not the same finding twice.
    assertThat(Judge.calibration(List.of(first, week(1, 400, 500))).state()).isEqualTo(State.WARN);
  }

  @ParameterizedTest
  @CsvSource({
    "64, 40, ALARM", // 1.6 times as many: 3.8 standard errors of the logarithm
    "24, 15, WARN", // the same of fewer
    "1250, 1000, WARN", // beyond chance, but not far
    "16, 40, ALARM",
    "20, 40, WARN",
    "0, 8, ALARM", // P(0 of 8) = 0.0003
    "0, 7, WARN", // P(0 of 7) = 0.0009, and its other half
    "44, 40, QUIET",
  })
  void oneWeekAlarmsIfItIsFarOutsideAndNotByChance(int observed, int expected, State state) {
    assertThat(Judge.calibration(List.of(week(0, observed, expected))).state()).isEqualTo(state);
  }

  private static WeekFigures week(int number, int observed, int expected) {
    Poisson ratio = Poisson.of(observed, observed, expected);
    return new WeekFigures(
        FIRST_WEEK.plusWeeks(number),
        10_000,
        0,
        10_000,
        observed,
        expected,
        ratio.ratio(),
        ratio.low(),
        ratio.high(),
        null,
        null,
        0.1,
        0.05,
        null,
        Map.of());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void earlyReturnsWarnBeforeTheLabelsMature(long seed) {
    int change = 8;
    List<List<Watched>> quiet = new World(new SplittableRandom(seed), WEEKS, 1).watched();
    List<List<Watched>> changed = new World(new SplittableRandom(seed), change, 1.6).watched();

    for (int days : Returns.DAYS) {
      assertThat(returns(days, quiet, change + 3).state())
          .as("seed %d", seed)
          .isEqualTo(State.QUIET);
      assertThat(returns(days, changed, change + 1).state()).isEqualTo(State.WARN);
    }
  }

  /** The check on the customers watched up to {@code week}, learnt from the first four weeks. */
  private static Verdict returns(int days, List<List<Watched>> watched, int week) {
    List<Watched> labels = watched.subList(0, 4).stream().flatMap(List::stream).toList();
    double shape = Returns.shape(days, labels).orElseThrow();
    assertThat(shape).isBetween(SHAPE - 0.1, SHAPE + 0.1);
    return Judge.returns(
        days,
        Returns.weekly(
            days, shape, watched.subList(0, week + 1).stream().flatMap(List::stream).toList()));
  }

  @Test
  void withoutAChangeTheIndexIsQuietInNineteenWeeksOfTwentyAndSeesAShift() {
    SplittableRandom random = new SplittableRandom(20260302);
    Reference reference = reference(draws(random, 10_000, 0));
    int quiet = 0;
    int weeks = 200;
    for (int week = 0; week < weeks; week++) {
      Counts counts = counts(reference, draws(random, 1_000, 0));
      List<FeatureDrift> drift = Judge.featureDrift(reference, counts);
      boolean all =
          Judge.riskDrift(reference, counts).state() == State.QUIET
              && Judge.featuresDrift(reference, drift, 1_000).state() == State.QUIET;
      quiet += all ? 1 : 0;
    }
    assertThat(quiet).isGreaterThanOrEqualTo(weeks * 95 / 100);

    Counts half = counts(reference, draws(random, 1_000, 0.4));
    Counts whole = counts(reference, draws(random, 1_000, 1));
    assertThat(Judge.riskDrift(reference, half).state()).isEqualTo(State.WARN);
    assertThat(Judge.riskDrift(reference, whole).state()).isEqualTo(State.ALARM);
    List<FeatureDrift> moved = Judge.featureDrift(reference, whole);
    assertThat(moved.get(0).feature()).isEqualTo("moving");
    assertThat(Judge.featuresDrift(reference, moved, 1_000).state()).isEqualTo(State.ALARM);
    assertThat(Judge.featuresDrift(reference, moved, 1_000).words()).contains("moving (PSI");
  }

  @Test
  void belowFiveHundredCustomersThereIsNoVerdictOnDrift() {
    SplittableRandom random = new SplittableRandom(5);
    Reference reference = reference(draws(random, 10_000, 0));
    Counts few = counts(reference, draws(random, 499, 3));

    assertThat(Judge.riskDrift(reference, few).state()).isEqualTo(State.NOT_YET_KNOWN);
    assertThat(Judge.featureDrift(reference, few)).isEmpty();
    assertThat(Judge.riskDrift(null, few).words()).contains("499");
    assertThat(Judge.expected(new double[499]).state()).isEqualTo(State.NOT_YET_KNOWN);
  }

  private static Map<String, double[]> draws(SplittableRandom random, int n, double shift) {
    Map<String, double[]> draws = new TreeMap<>();
    for (String name : List.of("risk", "moving", "still")) {
      double[] values = new double[n];
      for (int i = 0; i < n; i++) {
        double z = random.nextGaussian() + (name.equals("still") ? 0 : shift);
        values[i] = name.equals("risk") ? 1 / (1 + Math.exp(-z)) : z;
      }
      draws.put(name, values);
    }
    return draws;
  }

  private static Reference reference(Map<String, double[]> draws) {
    return new Reference(
        Groups.of(values(draws, "risk")),
        Map.of(
            "moving", Groups.of(values(draws, "moving")),
            "still", Groups.of(values(draws, "still"))),
        true);
  }

  private static Counts counts(Reference reference, Map<String, double[]> draws) {
    Map<String, long[]> features = new TreeMap<>();
    reference
        .features()
        .forEach((name, groups) -> features.put(name, counts(groups, values(draws, name))));
    double[] risks = values(draws, "risk");
    return new Counts(risks.length, counts(reference.risk(), risks), features);
  }

  private static long[] counts(Groups groups, double[] values) {
    long[] counts = new long[Groups.COUNT];
    for (double value : values) {
      counts[groups.of(value)]++;
    }
    return counts;
  }

  private static double[] values(Map<String, double[]> draws, String name) {
    return Objects.requireNonNull(draws.get(name));
  }

  @Test
  void aChampionGoesOnlyAfterTwoLostWeeksRunningWithEnoughLabels() {
    WeekFigures lost = week(1, 600, 0.50, 0.48, 0.50);
    WeekFigures lostAgain = week(2, 600, 0.50, 0.48, 0.50);

    assertThat(Judge.fallBackReason(List.of(lost, lostAgain), "old", true))
        .hasValueSatisfying(reason -> assertThat(reason).contains("naive idle rule"));
    assertThat(Judge.idleRule(List.of(lost, lostAgain)).state()).isEqualTo(State.ALARM);
    assertThat(Judge.idleRule(List.of(lost)).state()).isEqualTo(State.WARN);
    assertThat(Judge.fallBackReason(List.of(lost, lostAgain), null, false)).isEmpty();
    assertThat(Judge.fallBackReason(List.of(lost), "old", true)).isEmpty();
    assertThat(Judge.fallBackReason(List.of(lost, week(3, 600, 0.50, 0.48, 0.50)), "old", true))
        .as("a week between was not measured")
        .isEmpty();
    assertThat(Judge.fallBackReason(List.of(lost, week(2, 499, 0.50, 0.48, 0.50)), "old", true))
        .isEmpty();
    assertThat(Judge.fallBackReason(List.of(lost, week(2, 600, 0.50, 0.495, 0.50)), "old", true))
        .as("1 percent is not 2")
        .isEmpty();
  }

  @Test
  void losingToTheChampionBeforeIsAnAlarmAndToAChallengerIsNot() {
    List<WeekFigures> weeks =
        List.of(week(1, 600, 0.50, 0.60, 0.47), week(2, 600, 0.50, 0.60, 0.47));

    assertThat(Judge.rival("old", true, weeks).state()).isEqualTo(State.ALARM);
    assertThat(Judge.rival("old", false, weeks).state()).isEqualTo(State.WARN);
    assertThat(Judge.challenge("old", "new", weeks).state()).isEqualTo(State.QUIET);
    assertThat(Judge.challenge("old", "new", weeks).words()).contains("better");
    assertThat(Judge.fallBackReason(weeks, "old", true))
        .hasValueSatisfying(reason -> assertThat(reason).contains("old"));
    assertThat(Judge.fallBackReason(weeks, "old", false)).isEmpty();
    assertThat(Judge.rival("unseen", true, weeks).state()).isEqualTo(State.NOT_YET_KNOWN);
  }

  private static WeekFigures week(
      int week, int rows, double logLoss, @Nullable Double idle, double rival) {
    return new WeekFigures(
        FIRST_WEEK.plusWeeks(week),
        rows,
        0,
        rows,
        100,
        100,
        1,
        0.8,
        1.2,
        1.0,
        0.8,
        logLoss,
        0.1,
        idle,
        Map.of("old", new WeekFigures.Rival(rows, rival, logLoss, 0.5)));
  }
}
