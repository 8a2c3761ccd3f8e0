package dev.holdfast.cli;

import dev.holdfast.access.Audit;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.platform.Problem;
import dev.holdfast.training.Experiment;
import dev.holdfast.training.StoreTraining;
import dev.holdfast.training.TrainingResult;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.inject.Inject;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Trains a model from the stored history as an experiment file says. */
@Command(
    name = "train",
    description = "Trains a model as an experiment file says; exit code 1 if the gate refuses it.")
@Needs(Needs.Parts.STORE)
class TrainCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "EXPERIMENT",
      description = "for example training/experiments/online_retail_2011.yaml")
  Path experiment;

  @Option(names = "--promote", description = "let the model serve if it passes its gate")
  boolean promote;

  @Inject StoreTraining training;
  @Inject ModelRegistry models;
  @Inject Audit audit;

  @Override
  public Integer call() {
    TrainingResult result = training.train(readable(experiment), Actor.name(), System.err::println);
    print(result);
    if (!result.gate().passed()) {
      return 1;
    }
    if (promote) {
      QuarkusTransaction.requiringNew()
          .run(
              () -> {
                models.promote(result.version(), Actor.name(), "passed its gate");
                audit.record(
                    Actor.name(), "model.promote", "model:" + result.version(), "gate passed");
              });
      System.out.println(result.version() + " serves");
    }
    return 0;
  }

  private static Experiment readable(Path file) {
    try {
      return Experiment.read(file);
    } catch (UncheckedIOException unreadable) {
      throw Problem.badRequest("The experiment " + file + " cannot be read; check the path");
    } catch (IllegalArgumentException invalid) {
      throw Problem.badRequest(String.valueOf(invalid.getMessage()));
    }
  }

  /** Prints the figures of the model and of what it was compared with. */
  static void print(TrainingResult result) {
    System.out.printf("%-34s %7s %7s %9s %7s %7s%n", "", "rows", "AUC", "log-loss", "O/E", "slope");
    for (TrainingResult.Figures figures : result.metrics()) {
      System.out.printf(
          Locale.ROOT,
          "%-34s %7d %7.4f %9.4f %7.3f %7.3f%n",
          figures.name(),
          figures.rows(),
          figures.auc(),
          figures.logLoss(),
          figures.observedToExpected(),
          figures.slope());
    }
    System.out.println("gate " + result.gate().text());
    System.out.println("model " + result.version() + " in " + result.folder());
  }
}
