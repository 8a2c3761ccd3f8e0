package dev.holdfast.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** A row of weight three is three rows, and the unit of the weights does not matter. */
class WeightsTest {

  private static final List<ToDoubleFunction<Predictions>> MEASURES =
      List.of(
          Auc::of,
          Loss::log,
          Loss::brier,
          p -> Lift.atTop(0.1, p),
          p -> Lift.curve(p, 7).get(3).gain(),
          Calibration::ratioOf,
          Calibration::slopeOf,
          PrecisionRecall::average,
          Predictions::churnRate,
          p -> Profit.empc(p, Economics.DEFAULT).profit(),
          p -> Profit.best(p, Economics.DEFAULT).share());

  private static List<Scored> rows(int count, long seed) {
    Random random = new Random(seed);
    List<Scored> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      // Few distinct probabilities, so that there are ties.
      double p = (1 + random.nextInt(40)) / 42.0;
      rows.add(new Scored(i / 2, p, random.nextDouble() < p, 1 + random.nextInt(4)));
    }
    return rows;
  }

  @Test
  void aWeightCountsLikeCopies() {
    List<Scored> weighted = rows(500, 3);
    List<Scored> copies = new ArrayList<>();
    for (Scored s : weighted) {
      for (int k = 0; k < s.weight(); k++) {
        copies.add(new Scored(s.customer(), s.probability(), s.churned()));
      }
    }
    for (ToDoubleFunction<Predictions> measure : MEASURES) {
      assertThat(measure.applyAsDouble(Predictions.of(weighted)))
          .isCloseTo(measure.applyAsDouble(Predictions.of(copies)), within(1e-9));
    }
  }

  @Test
  void theUnitOfWeightsDoesNotMatter() {
    List<Scored> once = rows(300, 4);
    List<Scored> scaled =
        once.stream()
            .map(s -> new Scored(s.customer(), s.probability(), s.churned(), s.weight() * 0.013))
            .toList();
    for (ToDoubleFunction<Predictions> measure : MEASURES) {
      assertThat(measure.applyAsDouble(Predictions.of(scaled)))
          .isCloseTo(measure.applyAsDouble(Predictions.of(once)), within(1e-8));
    }
    assertThat(Calibration.of(scaled).error10())
        .isCloseTo(Calibration.of(once).error10(), within(1e-9));
  }

  @Test
  void theOrderOfRowsDoesNotMatter() {
    List<Scored> rows = rows(200, 5);
    List<Scored> reversed = new ArrayList<>(rows);
    Collections.reverse(reversed);

    for (ToDoubleFunction<Predictions> measure : MEASURES) {
      assertThat(measure.applyAsDouble(Predictions.of(reversed)))
          .isCloseTo(measure.applyAsDouble(Predictions.of(rows)), within(1e-12));
    }
  }

  @Test
  void equalWeightsLoseNothingAndUnequalOnesDo() {
    assertThat(effective(1, 1, 1, 1)).isEqualTo(4);
    assertThat(effective(2, 2)).isEqualTo(2);
    // (1 + 5)^2 / (1 + 25).
    assertThat(effective(1, 5)).isCloseTo(36.0 / 26, within(1e-12));
    assertThatThrownBy(() -> Predictions.of(List.of()).effectiveSize())
        .hasMessageContaining("at least one");
  }

  private static double effective(double... weights) {
    List<Scored> rows = new ArrayList<>();
    for (double w : weights) {
      rows.add(new Scored(1, 0.5, true, w));
    }
    return Predictions.of(rows).effectiveSize();
  }

  @Test
  void aWeightIsPositiveAndFinite() {
    assertThatThrownBy(() -> new Scored(1, 0.5, true, 0)).hasMessageContaining("positive");
    assertThatThrownBy(() -> new Scored(1, 0.5, true, Double.NaN)).hasMessageContaining("positive");
    assertThatThrownBy(() -> new Scored(1, 0.5, true, Double.POSITIVE_INFINITY))
        .hasMessageContaining("finite");
    assertThatThrownBy(
            () -> Auc.of(new double[] {1, 2}, new boolean[] {true, false}, new double[] {1, 0}))
        .hasMessageContaining("positive");
  }

  @Test
  void aWeightedPairCountsItsProduct() {
    // Churned 3 (weight 2) beats stayed 1 (weight 3) and loses to stayed 4 (weight 1): 6 of 8.
    assertThat(
            Auc.of(
                new double[] {3, 1, 4}, new boolean[] {true, false, false}, new double[] {2, 3, 1}))
        .isEqualTo(6.0 / 8);
  }
}
