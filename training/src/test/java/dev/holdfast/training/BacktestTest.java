package dev.holdfast.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.holdfast.model.ChurnModel;
import dev.holdfast.model.ModelTrust;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BacktestTest {

  private static final List<CustomerHistory> POPULATION = Synthetic.population(400, 3);
  private static final TrainingInput INPUT =
      new TrainingInput(POPULATION::forEach, Exposures.none());
  private static final Experiment LINEAR =
      Experiment.parse(
          """
          name: linear
          churn: {horizon: P30D}
          lateness: P0D
          logistic: {}
          blend: false
          gate: {bootstrapRounds: 100}
          """,
          "linear.yaml");

  @TempDir Path folder;

  @Test
  void rollingOriginsEndAtTheLatestAndStandSideBySide() {
    Backtest result = Backtest.run(LINEAR, INPUT, 3, Duration.ofDays(30), s -> {});

    assertThat(result.cutoffs()).hasSize(3);
    Instant last = result.cutoffs().get(2).cutoff();
    assertThat(last).isEqualTo(SnapshotSet.latest(LINEAR, POPULATION::forEach));
    assertThat(result.cutoffs().get(0).cutoff()).isEqualTo(last.minus(Duration.ofDays(60)));
    assertThat(result.mean().get(0).name()).isEqualTo(Backtest.CHOSEN);
    assertThat(result.mean().stream().map(TrainingResult.Figures::name))
        .contains(Rivals.IDLE, Rivals.OWN_GAP, Rivals.BG_NBD);
    double mean =
        result.cutoffs().stream().mapToDouble(at -> at.figures().get(0).logLoss()).sum() / 3;
    assertThat(result.mean().get(0).logLoss()).isCloseTo(mean, within(1e-12));
    for (Backtest.AtCutoff at : result.cutoffs()) {
      Backtest.Difference idle = difference(at.differences(), Rivals.IDLE);
      assertThat(idle.difference().logLoss().value())
          .isCloseTo(
              at.figures().get(0).logLoss() - figures(at.figures(), Rivals.IDLE).logLoss(),
              within(1e-9));
      assertThat(idle.difference().logLoss().low()).isLessThan(idle.difference().logLoss().high());
    }
    assertThat(difference(result.differences(), Rivals.IDLE).difference().better())
        .isGreaterThan(0.5);
  }

  @Test
  void aCutoffForWhichTheHistoryIsTooShortIsRefused() {
    assertThatThrownBy(() -> Backtest.run(LINEAR, INPUT, 20, Duration.ofDays(30), s -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("days earlier");
  }

  @Test
  void twoVersionsAreJudgedOnTheSameRowsAtTheLaterCutoff() {
    ModelTrust trust = ModelTrust.in(folder.resolve("keys"));
    Instant later = SnapshotSet.latest(LINEAR, POPULATION::forEach);
    TrainingResult old = train(LINEAR.at(later.minus(Duration.ofDays(60))), trust);
    TrainingResult fresh = train(LINEAR.at(later), trust);
    ChurnModel a = ChurnModel.load(old.files(), trust);
    ChurnModel b = ChurnModel.load(fresh.files(), trust);

    Comparison ab = Comparison.of(a, old.files(), b, fresh.files(), null, INPUT, s -> {});
    Comparison ba = Comparison.of(b, fresh.files(), a, old.files(), null, INPUT, s -> {});
    Comparison aa = Comparison.of(a, old.files(), a, old.files(), LINEAR.at(later), INPUT, s -> {});

    assertThat(ab.cutoff()).isEqualTo(later);
    assertThat(ab.rows()).isEqualTo(fresh.metrics().get(0).rows());
    // The later version is judged here as it was when it was trained.
    assertThat(ab.second().logLoss()).isCloseTo(fresh.metrics().get(0).logLoss(), within(1e-9));
    assertThat(ab.difference().logLoss().value())
        .isCloseTo(-ba.difference().logLoss().value(), within(1e-12));
    assertThat(aa.difference().logLoss().value()).isZero();
    assertThat(aa.words()).startsWith("no difference beyond chance");
    assertThatThrownBy(
            () ->
                Comparison.of(
                    a,
                    old.files(),
                    b,
                    fresh.files(),
                    LINEAR.at(later.minus(Duration.ofDays(30))),
                    INPUT,
                    s -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has learnt from what it would be judged by");
  }

  private TrainingResult train(Experiment experiment, ModelTrust trust) {
    return new TrainingRun(experiment, INPUT.histories(), INPUT.exposures(), s -> {})
        .run(folder.resolve("models"), trust);
  }

  private static Backtest.Difference difference(List<Backtest.Difference> all, String rival) {
    return all.stream().filter(d -> d.rival().equals(rival)).findFirst().orElseThrow();
  }

  private static TrainingResult.Figures figures(List<TrainingResult.Figures> all, String name) {
    return Objects.requireNonNull(
        all.stream().filter(f -> f.name().equals(name)).findFirst().orElse(null));
  }
}
