package dev.holdfast.training.uplift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.holdfast.campaign.CampaignEffect;
import dev.holdfast.campaign.EffectFormula;
import dev.holdfast.campaign.EffectFrom;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is used of what was learnt, and that it is served as it was learnt. */
class CampaignUpliftTest {

  private static final Instant NOW = Instant.parse("2026-03-11T08:00:00Z");

  @Test
  void fewOutcomesLeaveThePrior() {
    CampaignEffect effect = CampaignUplift.decide(trial(400, 0.1, 0.2, 1), 1, 0.8, NOW);

    assertThat(effect.used()).isEqualTo(EffectFrom.PRIOR);
    assertThat(effect.evidence().words()).contains("outcomes are known in the smaller arm");
  }

  @Test
  void anAverageThatIsProvenIsUsedAndOneThatIsNotIsNot() {
    CampaignEffect proven = CampaignUplift.decide(trial(4_000, 0.12, 0, 2), 1, 0.8, NOW);
    CampaignEffect nothing = CampaignUplift.decide(trial(4_000, 0, 0, 3), 1, 0.8, NOW);

    assertThat(proven.used()).isEqualTo(EffectFrom.AVERAGE);
    assertThat(proven.average()).isEqualTo(0.12, within(0.05));
    assertThat(proven.low()).isPositive();
    assertThat(nothing.used()).isEqualTo(EffectFrom.PRIOR);
    assertThat(nothing.evidence().words()).contains("may be chance");
  }

  @Test
  void aRankingThatProvesItselfIsUsed() throws Exception {
    CampaignEffect effect = CampaignUplift.decide(trial(12_000, 0.05, 0.2, 4), 3, 0.8, NOW);

    assertThat(effect.used()).isEqualTo(EffectFrom.UPLIFT);
    assertThat(effect.evidence().learners()).hasSize(4);
    assertThat(effect.evidence().run()).isEqualTo(3);
    ObjectMapper json = new ObjectMapper().registerModule(new JavaTimeModule());
    CampaignEffect read = json.readValue(json.writeValueAsString(effect), CampaignEffect.class);
    double[] kept = {0, 1.5, 0};
    assertThat(Objects.requireNonNull(read.formula()).of(kept))
        .isEqualTo(Objects.requireNonNull(effect.formula()).of(kept))
        .isGreaterThan(read.formula().of(new double[] {0, -1.5, 0}) + 0.1);
  }

  @ParameterizedTest
  @EnumSource
  void theFormulaReadsFeaturesAsTheyAre(UpliftLearner learner) {
    // The same customers in other units: the same effects.
    Trial trial = trial(6_000, 0.05, 0.2, 6);
    double[][] inOtherUnits = new double[trial.size()][];
    for (int i = 0; i < inOtherUnits.length; i++) {
      double[] x = trial.features()[i];
      inOtherUnits[i] = new double[] {100 + 10 * x[0], x[1] / 50, x[2]};
    }
    Trial scaled =
        new Trial(
            trial.names(), inOtherUnits, trial.treated(), trial.treatmentShare(), trial.churned());

    EffectFormula effect = learner.fit(trial);
    EffectFormula ofScaled = learner.fit(scaled);

    for (int i = 0; i < 20; i++) {
      assertThat(ofScaled.of(inOtherUnits[i]))
          .isEqualTo(effect.of(trial.features()[i]), within(1e-3));
    }
  }

  @Test
  void aMixtureOfFormulasIsTheMixtureOfWhatTheySay() {
    EffectFormula one =
        new EffectFormula(
            0.1, new double[] {1, 0}, List.of(new EffectFormula.Curve(1, 0, new double[] {0, 2})));
    EffectFormula other = EffectFormula.constant(0.5, 2);
    double[] x = {0.3, -0.7};

    assertThat(one.mixed(0.25, other).of(x))
        .isEqualTo(0.25 * one.of(x) + 0.75 * other.of(x), within(1e-12));
  }

  private static Trial trial(int n, double effect, double slope, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][] x = new double[n][];
    boolean[] treated = new boolean[n];
    double[] shares = new double[n];
    boolean[] churned = new boolean[n];
    for (int i = 0; i < n; i++) {
      x[i] = new double[] {uniform(random), uniform(random), uniform(random)};
      treated[i] = random.nextDouble() < 0.8;
      shares[i] = 0.8;
      double p = 0.4 + 0.1 * x[i][0] - (treated[i] ? effect + slope * x[i][1] / 1.5 : 0);
      churned[i] = random.nextDouble() < p;
    }
    return new Trial(List.of("first", "second", "third"), x, treated, shares, churned);
  }

  /** Mean 0, standard deviation 1. */
  private static double uniform(SplittableRandom random) {
    return (random.nextDouble() - 0.5) * Math.sqrt(12);
  }
}
