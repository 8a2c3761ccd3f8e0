package dev.holdfast.warning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.holdfast.warning.Look.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/** The bell against counts whose truth is known: beta-binomial days with a weekday rhythm. */
class SegmentSeriesTest {

  private static final int SEGMENTS = 100;
  private static final int LEARNING = 84;
  private static final int YEAR = 365;
  private static final double MODERATE_NOISE = 0.002;
  private static final int EVENING = 24 * 7 * 12 + 18;
  private static final BellSettings SETTINGS = BellSettings.daily(SEGMENTS, 1);

  @Test
  void aQuietYearOfAHundredSegmentsRingsAtMostThreeTimes() {
    int rings = 0;
    int naive = 0;
    for (int segment = 0; segment < SEGMENTS; segment++) {
      Days days = new Days(1_000 + segment, 1_000, MODERATE_NOISE, day -> 1);
      SegmentSeries series = new SegmentSeries(SETTINGS);
      for (int day = 0; day < LEARNING + YEAR; day++) {
        rings +=
            series.look(day, 1_000, days.came(day), true, null).verdict() == Verdict.RINGS ? 1 : 0;
        naive += day >= LEARNING && days.came(day) <= 0.8 * days.came(day - 7) ? 1 : 0;
      }
    }
    System.out.printf(
        "100 quiet segment-years: %d false alarms; the rule of 20%% in a week: %.1f a"
            + " segment-year%n",
        rings, (double) naive / SEGMENTS);
    assertThat(rings).isLessThanOrEqualTo(3);
    assertThat(naive).isGreaterThan(SEGMENTS);
  }

  @Test
  void aThirdOfAThousandMissingRingsWithinDays() {
    List<Integer> delays = delays(1_000, 0.3);

    assertThat(median(delays)).isLessThanOrEqualTo(5);
    assertThat(within(14, delays)).isGreaterThanOrEqualTo(0.95);
  }

  @Test
  void aThirdOfTwoHundredMissingRingsWithinTwoWeeks() {
    assertThat(within(14, delays(200, 0.3))).isGreaterThanOrEqualTo(0.9);
  }

  @Test
  void aTotalOutageRingsAtOnce() {
    assertThat(delays(200, 1)).allMatch(delay -> delay == 1);
  }

  /** Weeks of a little less than usual, not worth a call, keep the sum of shortfalls above 0. */
  @Test
  void aTotalOutageRingsAtOnceAfterALongRunOfLittleToo() {
    SegmentSeries series = new SegmentSeries(SETTINGS);
    int little = 25;
    for (int day = 0; day < LEARNING + little; day++) {
      int came = (int) Math.round(1_000 * Days.WEEKDAY[day % 7] * (day < LEARNING ? 1 : 0.97));
      Look look = series.look(day, 1_000, came, true, null);
      assertThat(look.verdict()).isNotEqualTo(Verdict.RINGS);
      assertThat(day < LEARNING + 1 || look.cusum() > 0).isTrue();
    }

    Look look = series.look(LEARNING + little, 1_000, 0, true, null);

    assertThat(look.drop()).as("of the whole run").isLessThan(SETTINGS.leastDrop());
    assertThat(look.verdict()).isEqualTo(Verdict.RINGS);
  }

  @Test
  void anOutageFromWhichAFewAreStillHeardRingsAtOnce() {
    Hours hours = new Hours();
    hours.until(EVENING, 1);

    assertThat(hours.next(36.0 / 600).expected()).isCloseTo(0.06, offset(0.001));
    assertThat(hours.next(3.0 / 600).verdict()).isEqualTo(Verdict.RINGS);
    assertThat(hours.last.z()).as("as the score has it").isGreaterThan(-6);
  }

  @Test
  void anOutageIsNotOverInANightInWhichNobodyIsExpected() {
    Hours hours = new Hours();
    hours.until(EVENING, 1);

    List<Verdict> outage = hours.until(EVENING + 72, 0);
    List<Verdict> after = hours.until(EVENING + 72 + 4, 1);

    assertThat(outage.get(0)).isEqualTo(Verdict.RINGS);
    assertThat(outage.subList(1, outage.size())).containsOnly(Verdict.STILL_RINGING);
    assertThat(after.subList(0, 2)).containsOnly(Verdict.STILL_RINGING);
    assertThat(after.get(2)).isEqualTo(Verdict.RECOVERED);
  }

  @Test
  void thoseOfWhomSomeStayAwayAreNotBackWhicheverHourItRang() {
    for (int begin = 0; begin < 24; begin++) {
      Hours hours = new Hours();
      hours.until(EVENING + begin, 1);

      List<Verdict> away = hours.until(EVENING + begin + 5 * 24, 0.7);

      assertThat(away).as("begun %d hours later", begin).contains(Verdict.RINGS);
      assertThat(away).as("begun %d hours later", begin).doesNotContain(Verdict.RECOVERED);
    }
  }

  @Test
  void aDropOfAllRingsOnceAtTheTop() {
    SegmentSeries all = new SegmentSeries(SETTINGS);
    List<SegmentSeries> regions = new ArrayList<>();
    List<Days> days = new ArrayList<>();
    for (int region = 0; region < 10; region++) {
      regions.add(new SegmentSeries(SETTINGS));
      days.add(new Days(region, 300, MODERATE_NOISE, day -> day >= LEARNING + 20 ? 0.7 : 1));
    }
    int topRang = Integer.MAX_VALUE;
    int regionsBefore = 0;
    for (int day = 0; day < LEARNING + 40; day++) {
      int today = day;
      int came = days.stream().mapToInt(one -> one.came(today)).sum();
      Look top = all.look(day, 3_000, came, true, null);
      if (top.verdict() == Verdict.RINGS) {
        topRang = Math.min(topRang, day);
      }
      for (int region = 0; region < 10; region++) {
        Look look = regions.get(region).look(day, 300, days.get(region).came(day), true, top);
        regionsBefore += look.verdict() == Verdict.RINGS && topRang == Integer.MAX_VALUE ? 1 : 0;
      }
    }
    assertThat(topRang).isBetween(LEARNING + 20, LEARNING + 23);
    assertThat(regionsBefore).isZero();
  }

  @Test
  void itIsOverWhenTheyAreBack() {
    List<Verdict> verdicts =
        verdicts(day -> day >= LEARNING + 20 && day < LEARNING + 30 ? 0.4 : 1, day -> true);

    assertThat(verdicts.stream().filter(one -> one == Verdict.RINGS)).hasSize(1);
    assertThat(verdicts.indexOf(Verdict.RINGS)).isBetween(LEARNING + 20, LEARNING + 22);
    assertThat(verdicts.indexOf(Verdict.RECOVERED)).isBetween(LEARNING + 32, LEARNING + 34);
  }

  @Test
  void whoNeverComesBackBecomesTheNewLevelAfterFourWeeks() {
    List<Verdict> verdicts = verdicts(day -> day >= LEARNING + 20 ? 0.5 : 1, day -> true);

    assertThat(verdicts.stream().filter(one -> one == Verdict.RINGS)).hasSize(1);
    int accepted = verdicts.indexOf(Verdict.NEW_LEVEL);
    assertThat(accepted - verdicts.indexOf(Verdict.RINGS)).isEqualTo(28);
    assertThat(verdicts.get(verdicts.size() - 1)).isEqualTo(Verdict.QUIET);
  }

  @Test
  void aHolidayThatIsNotJudgedRingsNoBellThenOrWeeksLater() {
    IntToDoubleFunction holidays = day -> day >= LEARNING + 20 && day < LEARNING + 27 ? 0.2 : 1;

    assertThat(verdicts(holidays, day -> holidays.applyAsDouble(day) == 1))
        .doesNotContain(Verdict.RINGS)
        .contains(Verdict.NOT_JUDGED);
    assertThat(verdicts(holidays, day -> true)).contains(Verdict.RINGS);
  }

  @Test
  void theGateHoldsBackWhatIsNotWorthACall() {
    BellSettings strict = new BellSettings(7, SETTINGS.limit(), 0.4, 20);
    Days days = new Days(5, 5_000, MODERATE_NOISE, day -> day >= LEARNING + 20 ? 0.7 : 1);
    SegmentSeries series = new SegmentSeries(strict);
    for (int day = 0; day < LEARNING + 60; day++) {
      assertThat(series.look(day, 5_000, days.came(day), true, null).verdict())
          .isNotEqualTo(Verdict.RINGS);
    }
  }

  @Test
  void theStatedDetectableDropIsDetectedInItsTime() {
    double share = 0.3;
    double noise = 1 + 999 * MODERATE_NOISE;
    double drop = SETTINGS.detectableDrop(1_000, share, noise, 7);

    assertThat(drop).isBetween(0.1, 0.3);
    assertThat(median(delays(1_000, drop))).isBetween(4, 9);
  }

  private static List<Verdict> verdicts(IntToDoubleFunction level, IntPredicate judge) {
    Days days = new Days(7, 1_000, MODERATE_NOISE, level);
    SegmentSeries series = new SegmentSeries(SETTINGS);
    List<Verdict> verdicts = new ArrayList<>();
    for (int day = 0; day < LEARNING + 140; day++) {
      verdicts.add(series.look(day, 1_000, days.came(day), judge.test(day), null).verdict());
    }
    return verdicts;
  }

  /** Evaluations from the drop to the bell, 200 segments; the largest integer if it never rang. */
  private static List<Integer> delays(int customers, double drop) {
    List<Integer> delays = new ArrayList<>();
    for (int seed = 0; seed < 200; seed++) {
      Days days =
          new Days(seed, customers, MODERATE_NOISE, day -> day >= LEARNING + 14 ? 1 - drop : 1);
      SegmentSeries series = new SegmentSeries(SETTINGS);
      int rang = Integer.MAX_VALUE;
      for (int day = 0; day < LEARNING + 60 && rang == Integer.MAX_VALUE; day++) {
        boolean rings =
            series.look(day, customers, days.came(day), true, null).verdict() == Verdict.RINGS;
        if (rings && day >= LEARNING + 14) {
          rang = day - LEARNING - 14 + 1;
        }
      }
      delays.add(rang);
    }
    System.out.printf(
        "%d customers, %.0f%% missing: median %d days, %.3f within 14%n",
        customers, 100 * drop, median(delays), within(14, delays));
    return delays;
  }

  private static int median(List<Integer> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  private static double within(int days, List<Integer> delays) {
    return (double) delays.stream().filter(delay -> delay <= days).count() / delays.size();
  }

  /** Hours of a segment of 600 customers of whom by night hardly anybody comes, without noise. */
  private static final class Hours {

    private static final int DUE = 600;

    private final SegmentSeries series =
        new SegmentSeries(new BellSettings(168, CusumLimit.of(SEGMENTS, 8_760, 1), 0.1, 20));
    private int hour;
    private Look last = next(0);

    List<Verdict> until(int end, double level) {
      List<Verdict> verdicts = new ArrayList<>();
      while (hour < end) {
        verdicts.add(next(level * (hour % 24 < 6 ? 0.001 : 0.06)).verdict());
      }
      return verdicts;
    }

    Look next(double share) {
      last = series.look(hour++, DUE, (int) Math.round(share * DUE), true, null);
      return last;
    }
  }

  /** Days of a segment, drawn in order. */
  private static final class Days {

    private static final double[] WEEKDAY = {0.35, 0.34, 0.33, 0.34, 0.36, 0.24, 0.20};

    private final List<Integer> came = new ArrayList<>();
    private final Random random;
    private final int customers;
    private final double noise;
    private final IntToDoubleFunction level;

    Days(long seed, int customers, double noise, IntToDoubleFunction level) {
      this.random = new Random(seed);
      this.customers = customers;
      this.noise = noise;
      this.level = level;
    }

    int came(int day) {
      while (came.size() <= day) {
        int next = came.size();
        double mean = WEEKDAY[next % 7] * level.applyAsDouble(next);
        came.add(binomial(beta(mean)));
      }
      return came.get(day);
    }

    private double beta(double mean) {
      if (mean <= 0) {
        return 0;
      }
      double size = 1 / noise - 1;
      double a = gamma(mean * size);
      double b = gamma((1 - mean) * size);
      return a / (a + b);
    }

    /** Marsaglia and Tsang (2000), for shapes above 1. */
    private double gamma(double shape) {
      double d = shape - 1.0 / 3;
      double c = 1 / Math.sqrt(9 * d);
      while (true) {
        double x = random.nextGaussian();
        double v = Math.pow(1 + c * x, 3);
        if (v > 0
            && Math.log(1 - random.nextDouble()) < 0.5 * x * x + d - d * v + d * Math.log(v)) {
          return d * v;
        }
      }
    }

    private int binomial(double p) {
      int n = 0;
      for (int i = 0; i < customers; i++) {
        n += random.nextDouble() < p ? 1 : 0;
      }
      return n;
    }
  }
}
