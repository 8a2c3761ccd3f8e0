package dev.holdfast.training.table;

import de.siegmar.fastcsv.writer.CsvWriter;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.event.file.UnusableFile;
import dev.holdfast.model.Calibrator;
import dev.holdfast.model.Evaluator;
import dev.holdfast.model.ModelFolder;
import dev.holdfast.model.ModelTrust;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A version that was trained on a table, ready to be applied to another. Immutable. It says nothing
 * of customers known by their events and never serves them.
 */
public final class TableModel {

  private final String version;
  private final TableEncoding encoding;
  private final Evaluator evaluator;
  private final Calibrator calibrator;

  private TableModel(
      String version, TableEncoding encoding, Evaluator evaluator, Calibrator calibrator) {
    this.version = version;
    this.encoding = encoding;
    this.evaluator = evaluator;
    this.calibrator = calibrator;
  }

  /**
   * Checks signature and hashes, then reads the version.
   *
   * @param files of the version by name, its manifest included
   * @throws dev.holdfast.model.BadModel if they are not signed by us, not complete or not
   *     understood
   * @throws UnusableFile if the version was not trained on a table
   */
  public static TableModel of(Map<String, byte[]> files, ModelTrust trust) {
    String version = ModelFolder.check(files, trust);
    byte[] table = files.get("table.json");
    byte[] calibration = files.get("calibration.json");
    if (table == null || calibration == null) {
      throw new UnusableFile(
          "model "
              + version
              + " was not trained on a table, it has no table.json; name a version that holdfast"
              + " train made from an experiment with data.table");
    }
    TableEncoding encoding = TableEncoding.read(table);
    return new TableModel(
        version, encoding, Evaluator.of(files, encoding.schema()), Calibrator.read(calibration));
  }

  /** Its name. */
  public String version() {
    return version;
  }

  /** The features, in the order of the columns of the evaluator. */
  public FeatureSchema schema() {
    return encoding.schema();
  }

  /** Columns of a table that it does not know and does not look at. */
  public List<String> unknownColumns(Table table) {
    List<String> unknown = new ArrayList<>(table.columns());
    unknown.removeAll(encoding.columns());
    unknown.remove(encoding.label());
    unknown.remove(String.valueOf(encoding.id()));
    return unknown;
  }

  /**
   * The calibrated probability of churn for each row, in (0, 1).
   *
   * @throws UnusableFile if a column is missing or a value is not of its column's kind
   */
  public double[] probabilities(Table table) {
    TableEncoding.Encoder encoder = encoding.of(table);
    float[] features = new float[encoding.schema().size()];
    double[] probabilities = new double[table.size()];
    for (int row = 0; row < probabilities.length; row++) {
      encoder.encode(row, features);
      probabilities[row] = calibrator.probability(evaluator.margin(features));
    }
    return probabilities;
  }

  /**
   * Writes a file of predictions as a whole or not at all: a row for each customer with its id, or
   * its line where the table has none, and the probability of churn.
   *
   * @return number of rows
   */
  public int predict(Table table, Path out) {
    double[] probabilities = probabilities(table);
    String id = encoding.id();
    boolean named = id != null && table.has(id);
    Path folder = out.toAbsolutePath().getParent();
    try {
      Path part = Files.createTempFile(folder, ".predictions-", ".part");
      try {
        try (CsvWriter csv = CsvWriter.builder().build(part, StandardCharsets.UTF_8)) {
          csv.writeRecord(named ? id : "line", "probability");
          for (int row = 0; row < probabilities.length; row++) {
            csv.writeRecord(
                named ? table.text(String.valueOf(id), row) : Integer.toString(table.line(row)),
                Double.toString(probabilities[row]));
          }
        }
        Files.move(part, out, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the predictions to " + out, e);
    }
    return probabilities.length;
  }
}
