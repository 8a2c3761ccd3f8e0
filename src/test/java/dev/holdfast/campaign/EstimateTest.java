package dev.holdfast.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class EstimateTest {

  @Test
  void whoLooksAtEverybodyKnows() {
    assertThat(Estimate.of(7, 20, 20)).isEqualTo(new Estimate(7, 7, 7));
  }

  @Test
  void theIntervalOfADrawHoldsTheTruthInNineteenOfTwenty() {
    Random random = new Random(4);
    int all = 100_000;
    int truth = 2_000;
    int held = 0;
    for (int draw = 0; draw < 1_000; draw++) {
      int found = 0;
      for (int i = 0; i < 4_000; i++) {
        found += random.nextInt(all) < truth ? 1 : 0;
      }
      Estimate estimate = Estimate.of(found, 4_000, all);
      held += estimate.low() <= truth && truth <= estimate.high() ? 1 : 0;
    }
    assertThat(held).isBetween(930, 970);
  }

  @Test
  void nobodyFoundInADrawIsNotNobody() {
    Estimate none = Estimate.of(0, 1_000, 100_000);

    assertThat(none.value()).isZero();
    assertThat(none.low()).isZero();
    assertThat(none.high()).isBetween(200.0, 500.0);
  }

  @Test
  void errorsOfDifferentDrawsAddLikeTheSidesOfATriangle() {
    Estimate sum = new Estimate(10, 7, 14).plus(new Estimate(20, 16, 23));

    assertThat(sum.value()).isEqualTo(30);
    assertThat(sum.low()).isEqualTo(25, within(1e-12));
    assertThat(sum.high()).isEqualTo(35, within(1e-12));
    assertThat(sum.times(-1)).isEqualTo(new Estimate(-30, -35, -25));
  }
}
