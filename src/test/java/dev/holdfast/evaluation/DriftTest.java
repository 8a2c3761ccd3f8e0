package dev.holdfast.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class DriftTest {

  private static double[] normal(int count, double mean, long seed) {
    Random random = new Random(seed);
    return DoubleStream.generate(() -> mean + random.nextGaussian()).limit(count).toArray();
  }

  @Test
  void theIndexIsThatByHand() {
    // (0.5 - 0.25) ln 2 + (0.5 - 0.75) ln (2 / 3).
    assertThat(Drift.psi(new double[] {0.25, 0.75}, new double[] {0.5, 0.5}))
        .isCloseTo(0.25 * Math.log(2) - 0.25 * Math.log(2.0 / 3), within(1e-12));
    assertThat(Drift.psi(new double[] {0.3, 0.7}, new double[] {0.3, 0.7})).isZero();
    assertThat(Drift.psi(new double[] {0, 1}, new double[] {0, 1})).isZero();
    assertThat(Drift.psi(new double[] {0, 1}, new double[] {1, 0})).isBetween(10.0, 30.0);
  }

  @Test
  void withoutChangeItIsAboutNineTimesTheInverseSizes() {
    double sum = 0;
    for (int seed = 0; seed < 200; seed++) {
      double[] then = normal(2_000, 0, seed);
      double[] edges = Drift.edges(then, 10);
      sum +=
          Drift.psi(Drift.shares(edges, then), Drift.shares(edges, normal(1_000, 0, 1_000 + seed)));
    }
    double expected = 9 * (1 / 2_000.0 + 1 / 1_000.0);
    assertThat(sum / 200).isCloseTo(expected, within(0.15 * expected));
  }

  @Test
  void aShiftIsSeen() {
    double[] then = normal(5_000, 0, 1);
    double[] edges = Drift.edges(then, 10);
    double[] before = Drift.shares(edges, then);

    assertThat(Drift.psi(before, Drift.shares(edges, normal(5_000, 0.05, 2)))).isLessThan(0.1);
    assertThat(Drift.psi(before, Drift.shares(edges, normal(5_000, 0.6, 2)))).isGreaterThan(0.25);
  }

  @Test
  void decilesHoldATenthEachAndARepeatedValueOneGroup() {
    double[] deciles = Drift.edges(normal(10_000, 0, 3), 10);
    assertThat(deciles).hasSize(9).isSorted();
    assertThat(deciles[4]).isCloseTo(0, within(0.05));
    double[] flags = {0, 0, 0, 0, 0, 0, 0, 1, 1, 1};
    double[] edges = Drift.edges(flags, 10);
    double[] shares = Drift.shares(edges, flags);
    assertThat(DoubleStream.of(shares).sum()).isCloseTo(1, within(1e-12));
    assertThat(shares[0]).isEqualTo(0.7);
  }

  @Test
  void theDistanceOfDistributionsIsThatByHand() {
    assertThat(Drift.ks(new double[] {1, 2, 3}, new double[] {3, 1, 2})).isZero();
    assertThat(Drift.ks(new double[] {1, 2}, new double[] {3, 4})).isEqualTo(1);
    // At 2: 2 of 4 against 1 of 4; at 3: 3 of 4 against 1 of 4.
    assertThat(Drift.ks(new double[] {1, 2, 3, 4}, new double[] {2, 4, 5, 6})).isEqualTo(0.5);
    assertThat(Drift.ks(new double[] {1, 1, 1}, new double[] {1})).isZero();
  }

  @Test
  void whatIsNotDefinedIsRefused() {
    double[] none = {};
    assertThatThrownBy(() -> Drift.edges(none, 10)).hasMessageContaining("at least one");
    assertThatThrownBy(() -> Drift.edges(new double[] {1}, 1)).hasMessageContaining("two groups");
    assertThatThrownBy(() -> Drift.shares(new double[] {1}, new double[] {Double.NaN}))
        .hasMessageContaining("NaN");
    assertThatThrownBy(() -> Drift.ks(none, new double[] {1})).hasMessageContaining("at least one");
    assertThatThrownBy(() -> Drift.ks(new double[] {Double.NaN}, new double[] {1}))
        .hasMessageContaining("NaN");
    assertThatThrownBy(() -> Drift.psi(new double[] {1}, new double[] {0.5, 0.5}))
        .hasMessageContaining("same groups");
    assertThatThrownBy(() -> Drift.psi(new double[] {2, 2}, new double[] {0.5, 0.5}))
        .hasMessageContaining("sum to 1");
  }
}
