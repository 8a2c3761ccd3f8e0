package dev.holdfast.cli;

import dev.holdfast.access.Audit;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.platform.Problem;
import dev.holdfast.training.Experiment;
import dev.holdfast.training.GateVerdict;
import dev.holdfast.training.StoreTraining;
import dev.holdfast.training.TrainingResult;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains a model as an experiment file says. */
@Command(
    name = "train",
    description = {
      "Trains a model as an experiment file says, on the stored history or on files of events, and"
          + " registers it; exit code 1 if the gate refuses it. Example:",
      "  holdfast train training/experiments/demo.yaml --promote"
    })
@Needs(Needs.Parts.STORE)
class TrainCommand implements Callable<Integer> {

  @Mixin LearningOptions learning;

  @Option(
      names = "--table",
      paramLabel = "FILE",
      description = "a table of customers instead of the one that the experiment names")
  @Nullable Path table;

  @Option(
      names = "--cutoff",
      paramLabel = "INSTANT",
      description = "the model's cut-off instead of the experiment's, such as 2011-09-01T00:00Z")
  @Nullable String cutoff;

  @Option(names = "--promote", description = "let the model serve if it passes its gate")
  boolean promote;

  @Option(names = "--json", description = "one JSON document")
  boolean json;

  @Inject StoreTraining training;
  @Inject ModelRegistry models;
  @Inject Audit audit;

  /**
   * What was trained.
   *
   * @param promoted true if it serves now
   */
  record Trained(
      String version,
      String folder,
      boolean promoted,
      GateVerdict gate,
      List<TrainingResult.Figures> metrics) {

    static Trained of(TrainingResult result, boolean promoted) {
      return new Trained(
          result.version(), result.folder().toString(), promoted, result.gate(), result.metrics());
    }
  }

  @Override
  public Integer call() {
    Experiment read = TrainingCalls.onTable(learning.experiment(), table);
    Experiment asked = cutoff == null ? read : read.at(Instants.parse(cutoff));
    boolean ofTable = asked.table() != null;
    if (ofTable && promote) {
      throw Problem.badRequest(
          "A model of a table reads no events and cannot serve; leave --promote out and apply it by"
              + " holdfast predict");
    }
    TrainingResult result =
        TrainingCalls.refusable(
            () ->
                ofTable
                    ? training.trainOnTable(asked, System.err::println)
                    : training.train(
                        asked,
                        learning.input(asked, training::stored),
                        Actor.name(),
                        System.err::println));
    boolean promoted = promote && result.gate().passed();
    if (promoted) {
      promote(models, audit, result.version());
    }
    if (json) {
      TrainingCalls.printJson(Trained.of(result, promoted));
    } else {
      print(result);
      if (promoted) {
        System.out.println(result.version() + " serves");
      }
    }
    return result.gate().passed() ? 0 : 1;
  }

  /** Lets a version serve that has passed its gate. */
  static void promote(ModelRegistry models, Audit audit, String version) {
    QuarkusTransaction.requiringNew()
        .run(
            () -> {
              models.promote(version, Actor.name(), "passed its gate");
              audit.record(Actor.name(), "model.promote", "model:" + version, "gate passed");
            });
  }

  /** Prints the figures of the model and of what it was compared with. */
  static void print(TrainingResult result) {
    FiguresText.print(result.metrics());
    System.out.println("gate " + result.gate().text());
    System.out.println("model " + result.version() + " in " + result.folder());
  }
}
