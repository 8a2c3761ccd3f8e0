package dev.holdfast.cli;

import dev.holdfast.training.Backtest;
import dev.holdfast.training.Experiment;
import dev.holdfast.training.StoreTraining;
import dev.holdfast.training.TableRun;
import dev.holdfast.training.TrainingResult;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains and measures, and writes nothing. */
@Command(
    name = "evaluate",
    description = {
      "Trains and measures at one or more cut-offs, beside the rules that a model must beat; writes"
          + " and registers nothing. With --events no database is needed. Example:",
      "  holdfast evaluate EXPERIMENT --events orders.csv.gz --map online_retail_2011"
    })
@Needs(Needs.Parts.STORE)
class EvaluateCommand implements Callable<Integer>, MayNeedNothing {

  @Mixin LearningOptions learning;

  @Option(
      names = "--cutoff",
      paramLabel = "INSTANT",
      description = "instead of the experiment's; may be repeated")
  @Nullable List<String> cutoffs;

  @Option(
      names = "--table",
      paramLabel = "FILE",
      description = "a table of customers instead of the one that the experiment names")
  @Nullable Path table;

  @Option(
      names = "--repeat",
      paramLabel = "TIMES",
      defaultValue = "1",
      description = "of a table: how often it is split into folds anew (default 1)")
  int repeat;

  @Option(names = "--json", description = "one JSON document")
  boolean json;

  @Inject StoreTraining training;

  @Override
  public boolean needsNothing() {
    return learning.fromFiles();
  }

  @Override
  public Integer call() {
    Experiment asked = TrainingCalls.onTable(learning.experiment(), table);
    if (asked.table() != null) {
      return ofTable(asked);
    }
    List<Instant> instants = TrainingCalls.instants(cutoffs);
    Backtest result =
        TrainingCalls.refusable(
            () ->
                Backtest.run(
                    asked,
                    learning.input(asked, () -> training.stored()),
                    instants,
                    System.err::println));
    if (json) {
      TrainingCalls.printJson(result);
      return 0;
    }
    for (Backtest.AtCutoff at : result.cutoffs()) {
      System.out.println("cut-off " + at.cutoff() + ", chosen: " + at.chosen());
      FiguresText.print(at.figures());
      System.out.println("gate " + at.gate().text());
    }
    if (result.cutoffs().size() > 1) {
      System.out.println("mean over " + result.cutoffs().size() + " cut-offs");
      FiguresText.print(result.mean());
    }
    return 0;
  }

  private int ofTable(Experiment asked) {
    List<TrainingResult.Figures> figures =
        TrainingCalls.refusable(() -> TableRun.evaluate(asked, repeat, System.err::println));
    if (json) {
      TrainingCalls.printJson(figures);
    } else {
      FiguresText.print(figures);
    }
    return 0;
  }
}
