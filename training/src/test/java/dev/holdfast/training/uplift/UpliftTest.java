package dev.holdfast.training.uplift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.holdfast.campaign.EffectFormula;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UpliftTest {

  @ParameterizedTest
  @EnumSource(names = {"TWO_MODELS", "CROSSED", "DOUBLY_ROBUST"})
  void eachLearnerFindsWhomAContactKeeps(UpliftLearner learner) {
    // Risk rises with the first feature and the effect with the second.
    Trial trial = trial(12_000, 0.8, 0.2, 1);

    EffectFormula effect = learner.fit(trial);

    double kept = effect.of(new double[] {0, 1.5, 0});
    double driven = effect.of(new double[] {0, -1.5, 0});
    assertThat(kept).isBetween(0.12, 0.32);
    assertThat(driven).isBetween(-0.2, 0.02);
    assertThat(effect.of(new double[] {0.3, 1.5, 0}))
        .as("what raises the risk alone hardly changes the effect")
        .isCloseTo(kept, within(0.05));
  }

  @Test
  void oneShiftOfTheLogOddsHelpsMostWhereMostIsOpen() {
    EffectFormula effect = UpliftLearner.ONE_MODEL.fit(trial(12_000, 0.5, 0, 5));

    double atEvenOdds = effect.of(new double[] {1, 0, 0});
    assertThat(atEvenOdds).isBetween(0.02, 0.09);
    assertThat(effect.of(new double[] {-1.7, 0, 0})).isBetween(0.01, atEvenOdds);
  }

  @Test
  void customersAreToldApartWhereTheyDiffer() {
    Trial trial = trial(12_000, 0.8, 0.2, 2);

    UpliftModel model = UpliftModel.learn(trial, 1);

    assertThat(model.used()).isTrue();
    assertThat(model.candidates()).hasSize(4);
    assertThat(model.average().value()).isEqualTo(0.05, within(0.03));
    assertThat(model.shrinkage()).isGreaterThan(0.5);
    assertThat(model.effect(new double[] {0, 1.5, 0}))
        .isGreaterThan(model.effect(new double[] {0, -1.5, 0}) + 0.1);
    assertThat(UpliftModel.learn(trial, 1).outOfFold()).isEqualTo(model.outOfFold());
  }

  @Test
  void whereTheyDoNotEverybodyHasTheAverageAndTheModelSaysSo() {
    UpliftModel model = UpliftModel.learn(trial(6_000, 0.5, 0, 3), 1);

    assertThat(model.used()).isFalse();
    assertThat(model.words()).startsWith("the average effect for everybody");
    assertThat(model.effect(new double[] {0, 1.5, 0})).isEqualTo(model.average().value());
    assertThat(model.average().value()).isEqualTo(0.05, within(0.03));
  }

  @Test
  void fewOutcomesGiveTheAverage() {
    UpliftModel model = UpliftModel.learn(trial(2_000, 0.8, 0.2, 4), 1);

    assertThat(model.used()).isFalse();
    assertThat(model.words()).contains("outcomes in the smaller arm");
  }

  @Test
  void customersOfDifferentSharesAreNotThrownTogether() {
    Trial one = trial(3_000, 0.5, 0.2, 5);
    double[] shares = one.treatmentShare().clone();
    shares[7] = 0.8;
    Trial mixed = new Trial(one.names(), one.features(), one.treated(), shares, one.churned());

    assertThatThrownBy(() -> UpliftModel.learn(mixed, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[0.5, 0.8]");
  }

  @Test
  void moreThanTenFeaturesAreRefused() {
    assertThatThrownBy(
            () ->
                new Trial(
                    Collections.nCopies(11, "x"),
                    new double[0][],
                    new boolean[0],
                    new double[0],
                    new boolean[0]))
        .hasMessageContaining("1 to 10");
  }

  /**
   * Customers of whom about 40 percent churn, the more the larger the first feature; a contact
   * keeps .05 of them and {@code slope} more for each unit of the second; the third is noise.
   */
  private static Trial trial(int n, double share, double slope, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][] x = new double[n][];
    boolean[] treated = new boolean[n];
    double[] shares = new double[n];
    boolean[] churned = new boolean[n];
    for (int i = 0; i < n; i++) {
      x[i] = new double[] {uniform(random), uniform(random), uniform(random)};
      treated[i] = random.nextDouble() < share;
      shares[i] = share;
      double p = 0.4 + 0.1 * x[i][0] - (treated[i] ? 0.05 + slope * x[i][1] / 1.5 : 0);
      churned[i] = random.nextDouble() < p;
    }
    return new Trial(List.of("first", "second", "third"), x, treated, shares, churned);
  }

  /** Mean 0, standard deviation 1. */
  private static double uniform(SplittableRandom random) {
    return (random.nextDouble() - 0.5) * Math.sqrt(12);
  }
}
