package dev.holdfast.cli;

import dev.holdfast.access.Audit;
import dev.holdfast.model.Calibrator;
import dev.holdfast.platform.Problem;
import dev.holdfast.training.StoreTraining;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes in a booster that was trained elsewhere. */
@Command(
    name = "import-model",
    description = {
      "Makes a version of an XGBoost model that was trained elsewhere on our features, after a check"
          + " against golden rows; it is registered and not promoted. Example:",
      "  holdfast import-model b.ubj --name ours --priors-from VERSION --golden golden.csv"
    })
@Needs(Needs.Parts.STORE)
class ImportModelCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "FILE",
      description = "as XGBoost saves it, .json or .ubj, with feature names")
  Path file;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      required = true,
      description = "start of the version's name, 1 to 30 of a-z 0-9 -")
  String name;

  @Option(
      names = "--priors-from",
      paramLabel = "VERSION",
      required = true,
      description = "the version on whose population tables its features were computed")
  String priorsFrom;

  @Option(
      names = "--golden",
      paramLabel = "FILE.csv",
      required = true,
      description = "rows of features with the margin or probability that the model gives")
  Path golden;

  @Option(
      names = "--calibration",
      paramLabel = "KIND",
      defaultValue = "none",
      description = "none, or platt:SLOPE:INTERCEPT (${DEFAULT-VALUE})")
  String calibration;

  @Option(names = "--json", description = "one JSON document")
  boolean json;

  @Inject StoreTraining training;
  @Inject Audit audit;

  @Override
  public Integer call() {
    Calibrator calibrator = calibrator(calibration);
    StoreTraining.Imported imported =
        TrainingCalls.refusable(
            () -> training.importModel(file, name, priorsFrom, calibrator, golden, Actor.name()));
    audit.record(Actor.name(), "model.import", "model:" + imported.version(), String.valueOf(file));
    if (json) {
      TrainingCalls.printJson(imported);
    } else {
      System.out.printf(
          Locale.ROOT,
          "%d golden rows agree, largest difference %.1e%n",
          imported.goldenRows(),
          imported.difference());
      System.out.println("model " + imported.version() + " in " + imported.folder());
      System.out.println("not measured here yet: holdfast compare VERSION " + imported.version());
    }
    return 0;
  }

  private static Calibrator calibrator(String text) {
    String[] parts = text.split(":", -1);
    try {
      if (text.equals("none")) {
        return Calibrator.none();
      }
      if (parts.length == 3 && parts[0].equals("platt")) {
        return Calibrator.platt(Double.parseDouble(parts[1]), Double.parseDouble(parts[2]));
      }
    } catch (IllegalArgumentException malformed) {
      throw Problem.badRequest(
          "--calibration " + text + ": " + malformed.getMessage() + "; write platt:1.05:-0.1");
    }
    throw Problem.badRequest(
        "--calibration must be none or platt:SLOPE:INTERCEPT, was \"" + text + "\"");
  }
}
