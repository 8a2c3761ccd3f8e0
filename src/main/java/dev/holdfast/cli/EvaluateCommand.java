package dev.holdfast.cli;

import dev.holdfast.training.Backtest;
import dev.holdfast.training.Experiment;
import dev.holdfast.training.StoreTraining;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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

  @Parameters(paramLabel = "EXPERIMENT", description = "as for holdfast train")
  Path experiment;

  @ArgGroup(exclusive = false, multiplicity = "0..*")
  @Nullable List<EventFile> events;

  @Option(
      names = "--cutoff",
      paramLabel = "INSTANT",
      description = "instead of the experiment's; may be repeated")
  @Nullable List<String> cutoffs;

  @Option(names = "--json", description = "one JSON document")
  boolean json;

  @Inject StoreTraining training;

  @Override
  public boolean needsNothing() {
    return events != null;
  }

  @Override
  public Integer call() {
    Experiment asked = TrainingCalls.experiment(experiment);
    List<Instant> instants = TrainingCalls.instants(cutoffs);
    Backtest result =
        TrainingCalls.refusable(
            () ->
                Backtest.run(
                    asked,
                    TrainingCalls.input(events, () -> training.stored()),
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
}
