package dev.holdfast.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EvaluationTest {

  private static Scored scored(double probability, boolean churned) {
    return new Scored(1, probability, churned);
  }

  @Test
  void aPerfectRankingHasAucOneAndAReversedOneZero() {
    assertThat(Auc.of(new double[] {1, 2, 3, 4}, new boolean[] {false, false, true, true}))
        .isEqualTo(1.0);
    assertThat(Auc.of(new double[] {4, 3, 2, 1}, new boolean[] {false, false, true, true}))
        .isEqualTo(0.0);
  }

  @Test
  void tiesCountHalf() {
    // Pairs: (2,1) won, (2,2) tied, (1,1) tied, (1,2) lost.
    assertThat(Auc.of(new double[] {2, 1, 1, 2}, new boolean[] {true, true, false, false}))
        .isEqualTo(0.5);
    assertThat(Auc.of(new double[] {3, 1, 1, 2}, new boolean[] {true, true, false, false}))
        .isEqualTo(2.5 / 4);
  }

  @Test
  void lossesOfKnownPredictionsAreThoseByHand() {
    List<Scored> two = List.of(scored(0.8, true), scored(0.4, false));

    assertThat(Loss.log(two)).isCloseTo(-(Math.log(0.8) + Math.log(0.6)) / 2, within(1e-12));
    assertThat(Loss.brier(two)).isCloseTo((0.04 + 0.16) / 2, within(1e-12));
  }

  @Test
  void contactingEveryoneHasLiftOne() {
    List<Scored> four =
        List.of(scored(0.9, true), scored(0.8, false), scored(0.2, false), scored(0.1, true));

    assertThat(Lift.atTop(1.0, four)).isEqualTo(1.0);
    assertThat(Lift.atTop(0.25, four)).isEqualTo(2.0);
    assertThatThrownBy(() -> Lift.atTop(0, four)).hasMessageContaining("(0, 1]");
  }

  @Test
  void trueProbabilitiesAreCalibratedAndHalvedOnesAreNot() {
    Random random = new Random(7);
    List<Scored> right = new ArrayList<>();
    List<Scored> halved = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      double p = 0.05 + 0.9 * random.nextDouble();
      boolean churned = random.nextDouble() < p;
      right.add(new Scored(i, p, churned));
      halved.add(new Scored(i, p / 2, churned));
    }

    Calibration good = Calibration.of(right);
    assertThat(good.observedToExpected()).isCloseTo(1, within(0.03));
    assertThat(good.slope()).isCloseTo(1, within(0.05));
    assertThat(good.error10()).isLessThan(0.02);
    assertThat(Calibration.of(halved).observedToExpected()).isCloseTo(2, within(0.06));
  }

  @Test
  void theIntervalHoldsTheValueAndIsRepeatable() {
    Random random = new Random(8);
    List<Scored> rows = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      double p = 0.05 + 0.9 * random.nextDouble();
      rows.add(new Scored(i / 3, p, random.nextDouble() < p));
    }

    Interval interval = Interval.bootstrap(rows, 200, 1, Auc::of);

    assertThat(interval.low()).isLessThan(interval.value());
    assertThat(interval.high()).isGreaterThan(interval.value());
    assertThat(Interval.bootstrap(rows, 200, 1, Auc::of)).isEqualTo(interval);
    assertThat(interval.meets(interval.high(), 2)).isTrue();
    assertThat(interval.meets(interval.high() + 1e-9, 2)).isFalse();
  }

  @Test
  void whatIsNotDefinedIsRefused() {
    assertThatThrownBy(() -> Auc.of(List.of(scored(0.5, true)))).hasMessageContaining("stayed");
    assertThatThrownBy(() -> Loss.log(List.of())).hasMessageContaining("at least one");
    assertThatThrownBy(() -> Calibration.of(List.of())).hasMessageContaining("at least ten");
    assertThatThrownBy(() -> scored(1, true)).hasMessageContaining("(0, 1)");
  }
}
