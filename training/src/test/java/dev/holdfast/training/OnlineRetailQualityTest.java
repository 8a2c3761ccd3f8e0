package dev.holdfast.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class OnlineRetailQualityTest {

  private static final List<Instant> END_OF_DAY =
      List.of(
          Instant.parse("2011-08-01T00:00:00Z"),
          Instant.parse("2011-09-01T00:00:00Z"),
          Instant.parse("2011-09-09T00:00:00Z"));

  @Test
  void theMonotoneModelsKeepTheBarOnRealInput() {
    OnlineRetail data = OnlineRetail.orSkip();
    Experiment experiment =
        Experiment.read(Path.of("training/experiments/online_retail_2011.yaml"));

    List<TrainingResult.Figures> figures =
        Backtest.run(
                experiment,
                new TrainingInput(data, Exposures.none()),
                END_OF_DAY,
                System.out::println)
            .mean();

    for (TrainingResult.Figures f : figures) {
      System.out.printf(
          "%-38s rows %5d  AUC %.4f  log-loss %.4f  Brier %.4f  lift %.2f  O/E %.3f  slope %.3f%n",
          f.name(),
          f.rows(),
          f.auc(),
          f.logLoss(),
          f.brier(),
          f.liftAtTenth(),
          f.observedToExpected(),
          f.slope());
    }
    Map<String, TrainingResult.Figures> byName =
        figures.stream()
            .collect(Collectors.toMap(TrainingResult.Figures::name, Function.identity()));
    TrainingResult.Figures model =
        Objects.requireNonNull(byName.get("sign-constrained logistic regression"));
    assertThat(model.auc()).isGreaterThanOrEqualTo(0.747);
    assertThat(model.logLoss()).isLessThanOrEqualTo(0.596);
    assertThat(model.auc()).isGreaterThan(Objects.requireNonNull(byName.get(Rivals.IDLE)).auc());
  }
}
