package dev.holdfast.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CurvesTest {

  /** By falling risk: churned, stayed, churned and stayed at one risk, stayed. */
  private static final Predictions FIVE =
      Predictions.of(
          List.of(
              new Scored(1, 0.9, true),
              new Scored(2, 0.7, false),
              new Scored(3, 0.5, true),
              new Scored(4, 0.5, false),
              new Scored(5, 0.1, false)));

  private static Predictions random(int count, long seed) {
    Random random = new Random(seed);
    List<Scored> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double p = (1 + random.nextInt(98)) / 100.0;
      rows.add(new Scored(i, p, random.nextDouble() < p, 0.5 + random.nextDouble()));
    }
    return Predictions.of(rows);
  }

  @Test
  void theRocCurveIsThatByHand() {
    assertThat(Roc.curve(FIVE))
        .containsExactly(
            new Roc.Point(1, 0, 0),
            new Roc.Point(0.9, 0, 0.5),
            new Roc.Point(0.7, 1.0 / 3, 0.5),
            new Roc.Point(0.5, 2.0 / 3, 1),
            new Roc.Point(0.1, 1, 1));
    assertThat(Roc.hull(FIVE))
        .extracting(Roc.Point::threshold)
        .as("0.7 lies below the line from 0.9 to 0.5")
        .containsExactly(1.0, 0.9, 0.5, 0.1);
  }

  @Test
  void theAreaBelowTheRocCurveIsTheAuc() {
    for (long seed = 0; seed < 5; seed++) {
      Predictions predictions = random(400, seed);
      double area = 0;
      List<Roc.Point> curve = Roc.curve(predictions);
      for (int k = 1; k < curve.size(); k++) {
        area +=
            (curve.get(k).falsePositiveRate() - curve.get(k - 1).falsePositiveRate())
                * (curve.get(k).truePositiveRate() + curve.get(k - 1).truePositiveRate())
                / 2;
      }
      assertThat(area).isCloseTo(Auc.of(predictions), within(1e-12));
    }
  }

  @Test
  void precisionAndRecallAreThoseByHand() {
    assertThat(PrecisionRecall.curve(FIVE))
        .containsExactly(
            new PrecisionRecall.Point(0.9, 0.5, 1),
            new PrecisionRecall.Point(0.7, 0.5, 0.5),
            new PrecisionRecall.Point(0.5, 1, 0.5),
            new PrecisionRecall.Point(0.1, 1, 0.4));
    assertThat(PrecisionRecall.average(FIVE)).isEqualTo(0.5 * 1 + 0.5 * 0.5);
  }

  @Test
  void averagePrecisionByChanceIsTheChurnRate() {
    Random random = new Random(12);
    List<Scored> rows = new ArrayList<>();
    for (int i = 0; i < 40_000; i++) {
      rows.add(new Scored(i, 0.01 + 0.98 * random.nextDouble(), random.nextInt(5) == 0));
    }
    assertThat(PrecisionRecall.average(Predictions.of(rows))).isCloseTo(0.2, within(0.01));
  }

  @Test
  void gainsCountCustomersOfEqualRiskInPart() {
    List<Lift.Point> curve = Lift.curve(FIVE, 5);

    assertThat(curve).extracting(Lift.Point::gain).containsExactly(0.5, 0.5, 0.75, 1.0, 1.0);
    assertThat(curve.get(2).lift()).isCloseTo(0.75 / 0.6, within(1e-12));
    assertThat(curve.get(4)).isEqualTo(new Lift.Point(1, 1, 1));
    assertThat(Lift.atTop(0.5, FIVE)).isCloseTo((0.5 + 0.125) / 0.5, within(1e-12));
  }

  @Test
  void reliabilityGroupsAreOfEqualSizeAndHoldEveryRow() {
    Predictions predictions = Predictions.of(uniform(1_003));
    List<Reliability.Bin> table = Reliability.of(predictions, 10);

    assertThat(table).hasSize(10);
    assertThat(table.stream().mapToInt(Reliability.Bin::rows).sum()).isEqualTo(1_003);
    assertThat(table)
        .allSatisfy(
            bin -> {
              assertThat(bin.rows()).isBetween(100, 101);
              assertThat(bin.observed()).isBetween(bin.low(), bin.high());
            });
    assertThat(table).extracting(Reliability.Bin::predicted).isSorted();
  }

  private static List<Scored> uniform(int count) {
    Random random = new Random(13);
    List<Scored> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double p = 0.01 + 0.98 * random.nextDouble();
      rows.add(new Scored(i, p, random.nextDouble() < p));
    }
    return rows;
  }

  @Test
  void aRowHeavierThanAGroupMakesFewerGroups() {
    List<Scored> rows = new ArrayList<>(uniform(10));
    rows.add(new Scored(99, 0.5, true, 1_000));

    List<Reliability.Bin> table = Reliability.of(Predictions.of(rows), 10);

    assertThat(table.size()).isLessThan(10);
    assertThat(table.stream().mapToInt(Reliability.Bin::rows).sum()).isEqualTo(11);
    assertThat(table.stream().mapToDouble(Reliability.Bin::weight).sum()).isEqualTo(1_010);
  }

  @Test
  void wilsonsIntervalIsThatOfTheBooks() {
    // 10 of 50: (0.1124, 0.3304).
    assertThat(Reliability.wilson(0.2, 50).low()).isCloseTo(0.1124, within(5e-5));
    assertThat(Reliability.wilson(0.2, 50).high()).isCloseTo(0.3304, within(5e-5));
    // None of 10: (0, z^2 / (n + z^2)).
    assertThat(Reliability.wilson(0, 10).low()).isZero();
    assertThat(Reliability.wilson(0, 10).high()).isCloseTo(3.8415 / 13.8415, within(1e-4));
    assertThat(Reliability.wilson(1, 10).high()).isEqualTo(1);
  }

  @Test
  void trueProbabilitiesLieInTheIntervalsAboutNineteenTimesInTwenty() {
    int inside = 0;
    for (Reliability.Bin bin : Reliability.of(Predictions.of(uniform(40_000)), 200)) {
      if (bin.predicted() >= bin.low() && bin.predicted() <= bin.high()) {
        inside++;
      }
    }
    assertThat(inside).isBetween(178, 199);
  }

  @Test
  void orderIsThatOfTheLibraryWithEqualsLeftInPlace() {
    Random random = new Random(14);
    double[] values = new double[5_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextBoolean() ? random.nextGaussian() * 1e6 : random.nextInt(20) - 10;
    }
    values[7] = -0.0;
    values[8] = 0.0;
    values[9] = Double.NEGATIVE_INFINITY;
    values[10] = Double.POSITIVE_INFINITY;
    Integer[] expected = new Integer[values.length];
    Arrays.setAll(expected, i -> i);
    Arrays.sort(expected, (a, b) -> Double.compare(values[a] + 0.0, values[b] + 0.0));

    assertThat(Order.ascending(values))
        .isEqualTo(Arrays.stream(expected).mapToInt(Integer::intValue).toArray());
    assertThat(Order.ascending(new double[0])).isEmpty();
    assertThatThrownBy(() -> Order.ascending(new double[] {1, Double.NaN}))
        .hasMessageContaining("NaN");
  }

  @Test
  void whatIsNotDefinedIsRefused() {
    Predictions stayed = Predictions.of(List.of(new Scored(1, 0.5, false)));
    assertThatThrownBy(() -> Roc.curve(stayed)).hasMessageContaining("were 0 and 1");
    assertThatThrownBy(() -> PrecisionRecall.average(stayed)).hasMessageContaining("at least one");
    assertThatThrownBy(() -> Lift.curve(stayed, 10)).hasMessageContaining("at least one");
    assertThatThrownBy(() -> Lift.curve(FIVE, 0)).hasMessageContaining("at least one point");
    assertThatThrownBy(() -> Reliability.of(stayed, 2)).hasMessageContaining("2 groups");
    assertThatThrownBy(() -> Reliability.wilson(0.5, 0)).hasMessageContaining("[0, 1]");
    assertThatThrownBy(() -> Profit.empc(stayed, Economics.DEFAULT)).hasMessageContaining("stayed");
  }
}
