package dev.holdfast.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.training.table.TableSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The bars on two public tables: 5 stratified folds, all predictions pooled, averaged over three
 * splits, by the model that would be chosen. Skipped where the data are not there.
 */
class TableQualityTest {

  private static final int SPLITS = 3;

  @ParameterizedTest
  @CsvSource({"telco_ibm, 0.848, 0.413", "mlc_churn, 0.922, 0.142"})
  @Tag("full")
  void theBarsHold(String name, double leastAuc, double mostLogLoss) {
    Experiment experiment = orSkip(name);

    List<TrainingResult.Figures> figures =
        TableRun.evaluate(experiment, SPLITS, System.out::println);

    figures.forEach(
        f ->
            System.out.printf(
                Locale.ROOT,
                "%s, %s: AUC %.4f, log-loss %.4f%n",
                name,
                f.name(),
                f.auc(),
                f.logLoss()));
    TrainingResult.Figures best =
        figures.stream()
            .min(Comparator.comparingDouble(TrainingResult.Figures::logLoss))
            .orElseThrow();
    assertThat(best.auc()).isGreaterThanOrEqualTo(leastAuc);
    assertThat(best.logLoss()).isLessThanOrEqualTo(mostLogLoss);
  }

  private static Experiment orSkip(String name) {
    Experiment experiment = Experiment.read(Path.of("training/experiments", name + ".yaml"));
    TableSource table = Objects.requireNonNull(experiment.table());
    String folder = System.getenv("HOLDFAST_DATA");
    Path file =
        Path.of(folder == null ? "../shared/data" : folder)
            .resolve(name)
            .resolve(Path.of(table.path()).getFileName());
    assumeTrue(Files.exists(file), () -> "skipped: " + file + " is not there");
    return experiment.onTable(file);
  }
}
