package dev.holdfast.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProfitTest {

  /** Twenty churners in a hundred, ranked without a mistake. */
  private static Predictions perfect() {
    List<Scored> rows = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      rows.add(new Scored(i, i < 20 ? 0.8 : 0.1, i < 20));
    }
    return Predictions.of(rows);
  }

  /** Everybody at one risk: a model that knows the churn rate and nothing else. */
  private static Predictions blind(int churned) {
    List<Scored> rows = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      rows.add(new Scored(i, 0.2, i < churned));
    }
    return Predictions.of(rows);
  }

  @Test
  void contactingOnlyChurnersEarnsTheirMeanGain() {
    // Of each churner gamma (200 - 10) - 1, gamma 0.3 on average; a fifth of the customers churn.
    assertThat(Profit.empc(perfect(), Economics.DEFAULT).profit())
        .isCloseTo(0.2 * (0.3 * 190 - 1), within(0.002));
    assertThat(Profit.empc(perfect(), Economics.DEFAULT).share()).isCloseTo(0.2, within(1e-9));
    assertThat(Profit.best(perfect(), Economics.DEFAULT).profit())
        .isCloseTo(0.2 * (0.3 * 190 - 1), within(1e-9));
    assertThat(Profit.best(perfect(), Economics.DEFAULT).share()).isCloseTo(0.2, within(1e-12));
  }

  @Test
  void withoutAModelItPaysToContactEverybodyOrNobody() {
    Economics economics = Economics.DEFAULT;
    // Break-even risk 11 / 67.
    assertThat(economics.breakEvenRisk()).isCloseTo(11.0 / 67, within(1e-12));
    assertThat(Profit.best(blind(164), economics).share()).isZero();
    assertThat(Profit.best(blind(165), economics).share()).isEqualTo(1);
    // Closed form: everybody is contacted for gammas at which it pays.
    double expected =
        Arrays.stream(economics.gammas(200))
            .map(gamma -> Math.max(0, 0.2 * (gamma * 190 - 1) - 0.8 * 11))
            .average()
            .orElseThrow();
    assertThat(Profit.empc(blind(200), economics).profit()).isCloseTo(expected, within(1e-9));
    assertThat(Profit.empc(blind(1), economics).profit()).isZero();
  }

  @Test
  void theCurveStartsAtNothingPeaksAtTheBestShareAndEndsAtEverybody() {
    Random random = new Random(9);
    List<Scored> rows = new ArrayList<>();
    for (int i = 0; i < 4_000; i++) {
      double p = Math.pow(random.nextDouble(), 3) * 0.98 + 0.01;
      rows.add(new Scored(i, p, random.nextDouble() < p));
    }
    Predictions predictions = Predictions.of(rows);

    List<Profit.Point> curve = Profit.curve(predictions, Economics.DEFAULT, 100);
    Profit.Point best = Profit.best(predictions, Economics.DEFAULT);

    assertThat(curve.get(0)).isEqualTo(new Profit.Point(0, 0));
    assertThat(curve.get(100).profit())
        .isCloseTo(
            predictions.churnRate() * (0.3 * 190 - 1) - (1 - predictions.churnRate()) * 11,
            within(1e-9));
    assertThat(curve)
        .allSatisfy(p -> assertThat(p.profit()).isLessThanOrEqualTo(best.profit() + 1e-9));
    // Probabilities are true here, so the best cut-off is near the break-even risk.
    long above =
        rows.stream().filter(s -> s.probability() >= Economics.DEFAULT.breakEvenRisk()).count();
    assertThat(best.share()).isCloseTo(above / 4_000.0, within(0.05));
    assertThat(Profit.empc(predictions, Economics.DEFAULT).profit())
        .as("knowing gamma is worth something")
        .isGreaterThan(best.profit());
  }

  @Test
  void theQuantilesAreThoseOfTheBetaDistribution() {
    double[] gammas = Economics.DEFAULT.gammas(2_000);

    assertThat(gammas).isSorted();
    assertThat(Arrays.stream(gammas).average().orElseThrow()).isCloseTo(0.3, within(1e-4));
    // Variance alpha beta / ((alpha + beta)^2 (alpha + beta + 1)) = 84 / 8400.
    assertThat(Arrays.stream(gammas).map(g -> (g - 0.3) * (g - 0.3)).average().orElseThrow())
        .isCloseTo(0.01, within(1e-4));
    // P(gamma <= x) = P(Binomial(19, x) >= 6); at the median one half.
    double x = (gammas[999] + gammas[1_000]) / 2;
    double below = 0;
    double choose = 1;
    for (int k = 0; k < 6; k++) {
      below += choose * Math.pow(x, k) * Math.pow(1 - x, 19 - k);
      choose = choose * (19 - k) / (k + 1);
    }
    assertThat(1 - below).isCloseTo(0.5, within(1e-6));
    assertThat(new Economics(1, 0, 0, 1, 1).gammas(4))
        .as("uniform")
        .containsExactly(new double[] {0.125, 0.375, 0.625, 0.875}, within(1e-9));
  }

  @Test
  void economicsThatCannotBeAreRefused() {
    assertThatThrownBy(() -> new Economics(10, 10, 1, 6, 14)).hasMessageContaining("below");
    assertThatThrownBy(() -> new Economics(200, 10, -1, 6, 14)).hasMessageContaining("0 or more");
    assertThatThrownBy(() -> new Economics(200, 10, 1, 0.5, 14)).hasMessageContaining("1 or more");
    assertThatThrownBy(() -> Profit.curve(perfect(), Economics.DEFAULT, 0))
        .hasMessageContaining("one point");
  }
}
