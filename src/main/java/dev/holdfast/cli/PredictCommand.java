package dev.holdfast.cli;

import dev.holdfast.event.file.UnusableFile;
import dev.holdfast.model.BadModel;
import dev.holdfast.model.ModelFolder;
import dev.holdfast.model.ModelTrust;
import dev.holdfast.platform.Problem;
import dev.holdfast.training.table.Table;
import dev.holdfast.training.table.TableModel;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Applies a version that was trained on a table to another table; needs no database. */
@Command(
    name = "predict",
    description = {
      "Writes the probability of churn for each row of a customer table.",
      "The version must have been trained on a table, and be signed by a key of this installation."
    })
@Needs(Needs.Parts.NOTHING)
class PredictCommand implements Callable<Integer> {

  @ParentCommand HoldfastCommand root;

  @Parameters(
      index = "0",
      paramLabel = "VERSION",
      description = "name of a folder below --models, or its path")
  String version;

  @Parameters(
      index = "1",
      paramLabel = "TABLE",
      description = "CSV or TSV with the columns of the table learnt from; .gz is read as it is")
  Path table;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "CSV to write: the id of the customer and the probability")
  Path out;

  @Option(
      names = "--models",
      paramLabel = "FOLDER",
      defaultValue = "models",
      description = "where the versions are (${DEFAULT-VALUE})")
  Path models;

  @Option(
      names = "--keys",
      paramLabel = "FOLDER",
      description = "with the public key of who signed (else keys in the data folder)")
  @Nullable Path keys;

  @Override
  public Integer call() {
    try {
      TableModel model = TableModel.of(ModelFolder.read(folder()), trust());
      Table rows = Table.read(table);
      List<String> unknown = model.unknownColumns(rows);
      if (!unknown.isEmpty()) {
        System.err.println(
            "the model does not know these columns and does not look at them: "
                + String.join(", ", unknown));
      }
      int written = model.predict(rows, out);
      System.out.println(written + " predictions by " + model.version() + " in " + out);
      return 0;
    } catch (UnusableFile | BadModel | UncheckedIOException unusable) {
      throw Problem.conflict(String.valueOf(unusable.getMessage()));
    }
  }

  private Path folder() {
    Path named = models.resolve(version);
    Path folder = Files.isDirectory(named) ? named : Path.of(version);
    if (!Files.isDirectory(folder)) {
      throw Problem.badRequest(
          "There is no model " + version + " below " + models + "; name one of its folders");
    }
    return folder;
  }

  private ModelTrust trust() {
    Path folder = keys != null ? keys : Holdfast.modelKeys(Holdfast.homeOf(root.home, "var"));
    if (!Files.isDirectory(folder)) {
      throw Problem.badRequest(
          "There are no keys in "
              + folder
              + " by which a model could be believed; name their folder with --keys");
    }
    return ModelTrust.in(folder);
  }
}
