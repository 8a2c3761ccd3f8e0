package dev.holdfast.cli;

import dev.holdfast.training.Comparison;
import dev.holdfast.training.Experiment;
import dev.holdfast.training.StoreTraining;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts two versions beside each other on the same customers. */
@Command(
    name = "compare",
    description = {
      "Judges two versions on the same customers at the later one's cut-off, with paired intervals."
          + " Example:",
      "  holdfast compare demo-20111009-1a2b3c4d models/demo-20111109-5e6f7a8b"
    })
@Needs(Needs.Parts.STORE)
class CompareCommand implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "A", description = "a registered version or its folder")
  String first;

  @Parameters(index = "1", paramLabel = "B", description = "another")
  String second;

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "EXPERIMENT",
      description = "how customers are chosen and labelled (else as the later version was trained)")
  @Nullable Path experiment;

  @ArgGroup(exclusive = false, multiplicity = "0..*")
  @Nullable List<EventFile> events;

  @Option(names = "--json", description = "one JSON document")
  boolean json;

  @Inject StoreTraining training;

  @Override
  public Integer call() {
    Experiment asked = experiment == null ? null : TrainingCalls.experiment(experiment);
    Comparison result =
        TrainingCalls.refusable(
            () ->
                training.compare(
                    first,
                    second,
                    asked,
                    TrainingCalls.input(asked, events, training::stored),
                    System.err::println));
    if (json) {
      TrainingCalls.printJson(result);
    } else {
      System.out.println("cut-off " + result.cutoff());
      FiguresText.print(List.of(result.first(), result.second()));
      System.out.println(
          "AUC of the first less that of the second: "
              + FiguresText.interval(result.difference().auc()));
      System.out.println(result.words());
    }
    return 0;
  }
}
