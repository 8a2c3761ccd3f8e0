package dev.holdfast.cli;

import de.siegmar.fastcsv.writer.CsvWriter;
import dev.holdfast.evaluation.Interval;
import dev.holdfast.evaluation.PairedDifference;
import dev.holdfast.platform.Problem;
import dev.holdfast.training.Backtest;
import dev.holdfast.training.Experiment;
import dev.holdfast.training.StoreTraining;
import dev.holdfast.training.TrainingInput;
import dev.holdfast.training.TrainingResult;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains and measures at many cut-offs: a rolling origin. */
@Command(
    name = "backtest",
    description = {
      "Trains and measures at many cut-offs, each judged by what followed, with paired intervals of"
          + " the chosen model against each rival; writes no model. With --events no database is"
          + " needed. Example:",
      "  holdfast backtest EXPERIMENT --cutoffs 6 --every P30D --out backtest.csv"
    })
@Needs(Needs.Parts.STORE)
class BacktestCommand implements Callable<Integer>, MayNeedNothing {

  private static final int MOST_CUTOFFS = 60;

  @Mixin LearningOptions learning;

  @Option(
      names = "--cutoffs",
      paramLabel = "N",
      description = "how many, up to the experiment's own or the latest that the history allows")
  @Nullable Integer count;

  @Option(
      names = "--every",
      paramLabel = "DURATION",
      defaultValue = "P30D",
      description = "from one cut-off to the next (${DEFAULT-VALUE})")
  String every;

  @Option(
      names = "--cutoff",
      paramLabel = "INSTANT",
      description = "one cut-off, instead of --cutoffs; may be repeated")
  @Nullable List<String> cutoffs;

  @Option(
      names = "--out",
      paramLabel = "FILE.csv",
      description = "writes all figures there: a row for each cut-off and model")
  @Nullable Path out;

  @Option(names = "--json", description = "one JSON document")
  boolean json;

  @Inject StoreTraining training;

  @Override
  public boolean needsNothing() {
    return learning.fromFiles();
  }

  @Override
  public Integer call() {
    Experiment asked = learning.experiment();
    if ((count == null) == (cutoffs == null)) {
      throw Problem.badRequest(
          "A backtest needs either --cutoffs N, with --every, or --cutoff INSTANT once or more");
    }
    List<Instant> instants = TrainingCalls.instants(cutoffs);
    Duration apart = duration(every);
    Integer wanted = count;
    if (wanted != null && (wanted < 1 || wanted > MOST_CUTOFFS)) {
      throw Problem.badRequest("--cutoffs must be 1 to " + MOST_CUTOFFS + ", was " + wanted);
    }
    Backtest result =
        TrainingCalls.refusable(
            () -> {
              TrainingInput input = learning.input(asked, () -> training.stored());
              return wanted == null
                  ? Backtest.run(asked, input, instants, System.err::println)
                  : Backtest.run(asked, input, wanted, apart, System.err::println);
            });
    if (out != null) {
      writeCsv(result, out);
    }
    if (json) {
      TrainingCalls.printJson(result);
    } else {
      print(result);
    }
    return 0;
  }

  private static Duration duration(String text) {
    try {
      Duration duration = Duration.parse(text);
      if (!duration.isNegative() && !duration.isZero()) {
        return duration;
      }
    } catch (DateTimeException malformed) {
      // Refused below, as a duration that is not positive.
    }
    throw Problem.badRequest("--every is written like P30D and positive, was \"" + text + "\"");
  }

  private static void print(Backtest result) {
    for (Backtest.AtCutoff at : result.cutoffs()) {
      System.out.println("cut-off " + at.cutoff() + ", chosen: " + at.chosen());
      FiguresText.print(at.figures());
      FiguresText.printDifferences(at.differences());
      System.out.println();
    }
    System.out.println("mean over " + result.cutoffs().size() + " cut-offs");
    FiguresText.print(result.mean());
    FiguresText.printDifferences(result.differences());
  }

  private static void writeCsv(Backtest result, Path out) {
    try (CsvWriter csv = CsvWriter.builder().build(out)) {
      csv.writeRecord(
          "cutoff",
          "model",
          "chosen",
          "rows",
          "auc",
          "log_loss",
          "brier",
          "lift_at_tenth",
          "observed_to_expected",
          "slope",
          "error10",
          "log_loss_difference",
          "log_loss_difference_low",
          "log_loss_difference_high",
          "auc_difference",
          "auc_difference_low",
          "auc_difference_high",
          "share_better");
      for (Backtest.AtCutoff at : result.cutoffs()) {
        rows(csv, at.cutoff().toString(), at.chosen(), at.figures(), at.differences());
      }
      rows(csv, "mean", "", result.mean(), result.differences());
    } catch (IOException e) {
      throw Problem.conflict("The figures cannot be written to " + out + "; check the path");
    } catch (UncheckedIOException e) {
      throw Problem.conflict("The figures cannot be written to " + out + "; check the disk");
    }
  }

  private static void rows(
      CsvWriter csv,
      String cutoff,
      String chosen,
      List<TrainingResult.Figures> all,
      List<Backtest.Difference> differences) {
    Map<String, PairedDifference> byRival =
        differences.stream()
            .collect(Collectors.toMap(Backtest.Difference::rival, Backtest.Difference::difference));
    for (TrainingResult.Figures figures : all) {
      List<String> cells = new ArrayList<>();
      cells.add(cutoff);
      cells.add(figures.name());
      cells.add(figures.name().equals(chosen) ? "1" : "0");
      cells.add(Integer.toString(figures.rows()));
      for (double value :
          new double[] {
            figures.auc(),
            figures.logLoss(),
            figures.brier(),
            figures.liftAtTenth(),
            figures.observedToExpected(),
            figures.slope(),
            figures.error10()
          }) {
        cells.add(Double.toString(value));
      }
      PairedDifference difference = byRival.get(figures.name());
      if (difference == null) {
        cells.addAll(List.of("", "", "", "", "", "", ""));
      } else {
        for (Interval interval : List.of(difference.logLoss(), difference.auc())) {
          cells.add(Double.toString(interval.value()));
          cells.add(Double.toString(interval.low()));
          cells.add(Double.toString(interval.high()));
        }
        cells.add(Double.toString(difference.better()));
      }
      csv.writeRecord(cells);
    }
  }
}
