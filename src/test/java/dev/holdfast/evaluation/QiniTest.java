package dev.holdfast.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class QiniTest {

  @Test
  void theAreaIsThatDrawnByHand() {
    // In the order of the score: treated stays, held out goes, treated goes, held out stays.
    boolean[] treated = {true, false, true, false};
    boolean[] stayed = {true, false, false, true};
    Qini qini = new Qini(treated, stayed);

    // Q is 0 (no hold-out yet), 1 - 0, 1 - 0, 1 - 2/2; area (0 + 0.5 + 1 + 0.5) / 4, over 2
    // treated.
    assertThat(qini.of(new double[] {4, 3, 2, 1})).isEqualTo(0.25, within(1e-12));
    // From behind: held out stays, treated goes: -1; held out goes: -1/2; treated stays: 0.
    assertThat(qini.of(new double[] {1, 2, 3, 4}))
        .isEqualTo((-0.5 - 0.75 - 0.25) / 4 / 2, within(1e-12));
  }

  @Test
  void equalScoresTellNothing() {
    boolean[] treated = {true, false, true, false, true, false};
    boolean[] stayed = {true, false, true, false, true, true};

    assertThat(new Qini(treated, stayed).of(new double[6])).isEqualTo(0, within(1e-12));
  }

  @Test
  void aRankingByTheEffectIsAboveChanceAndItsReverseBelow() {
    int n = 4_000;
    boolean[] treated = new boolean[n];
    boolean[] stayed = new boolean[n];
    double[] effect = new double[n];
    double[] reverse = new double[n];
    double[] chance = new double[n];
    SplittableRandom random = new SplittableRandom(9);
    for (int i = 0; i < n; i++) {
      effect[i] = random.nextDouble() < 0.5 ? 0.3 : 0;
      reverse[i] = -effect[i];
      chance[i] = random.nextDouble();
      treated[i] = random.nextDouble() < 0.5;
      stayed[i] = random.nextDouble() < 0.5 + (treated[i] ? effect[i] : 0);
    }
    Qini qini = new Qini(treated, stayed);

    assertThat(qini.interval(effect, 200, 1).low()).isPositive();
    assertThat(qini.interval(reverse, 200, 1).high()).isNegative();
    Interval byChance = qini.interval(chance, 200, 1);
    assertThat(byChance.low()).isNegative();
    assertThat(byChance.high()).isPositive();
    assertThat(qini.difference(effect, chance, 200, 1).low()).isPositive();
    // Half of the customers hold an effect of .3: the line rises to it twice as fast.
    assertThat(qini.of(effect)).isEqualTo(0.15 / 4, within(0.01));
    assertThat(qini.effectWithin(effect, 0.5)).isEqualTo(0.3, within(0.05));
    assertThat(qini.effectWithin(effect, 1)).isEqualTo(0.15, within(0.05));
  }

  @Test
  void oneArmAloneIsRefused() {
    assertThatThrownBy(() -> new Qini(new boolean[] {true, true}, new boolean[2]))
        .hasMessageContaining("both arms");
    assertThatThrownBy(() -> new Qini(new boolean[2], new boolean[3]))
        .hasMessageContaining("outcome");
  }
}
