package dev.holdfast.training;

import dev.holdfast.activity.FeatureSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The training and test rows of an experiment as files, for a notebook or a cluster: {@code
 * customer, cutoff, label, weight, split} and all features. Rows are written as they are made; a
 * file appears when it is whole.
 *
 * @param cutoff the model's
 * @param training rows written
 * @param test rows written
 * @param files where
 */
public record SnapshotExport(Instant cutoff, long training, long test, List<Path> files) {

  /** How rows are written. */
  public enum Format {
    /** Columns with types, compressed. */
    PARQUET,
    /** Text with a header. */
    CSV;

    String ending() {
      return "." + name().toLowerCase(Locale.ROOT);
    }
  }

  /** Writes rows of one file. */
  interface Writer extends AutoCloseable {

    /** One row. */
    void write(SnapshotSet.Snapshot row) throws IOException;

    @Override
    void close() throws IOException;
  }

  /** Names of the columns before the features. */
  static final List<String> COLUMNS = List.of("customer", "cutoff", "label", "weight", "split");

  /**
   * Writes.
   *
   * @param out a file ending in {@code .parquet} or {@code .csv}, else a folder for {@code
   *     training} and {@code test}
   * @param format null for what the file's ending says, or Parquet
   * @throws IllegalArgumentException if the ending says otherwise
   * @throws IllegalStateException if the history is too short
   * @throws UncheckedIOException if a file cannot be written
   */
  public static SnapshotExport write(
      Experiment experiment,
      TrainingInput input,
      Path out,
      @Nullable Format format,
      Consumer<String> progress) {
    String name = String.valueOf(out.getFileName());
    Format ending =
        name.endsWith(Format.CSV.ending())
            ? Format.CSV
            : name.endsWith(Format.PARQUET.ending()) ? Format.PARQUET : null;
    if (ending != null && format != null && ending != format) {
      throw new IllegalArgumentException(
          out + " ends in " + ending.ending() + " but the format is " + format.ending());
    }
    Format of = format != null ? format : ending != null ? ending : Format.PARQUET;
    try {
      if (ending != null) {
        Path whole = out.toAbsolutePath();
        return write(experiment, input, whole, whole, of, progress);
      }
      Files.createDirectories(out);
      return write(
          experiment,
          input,
          out.resolve("training" + of.ending()),
          out.resolve("test" + of.ending()),
          of,
          progress);
    } catch (IOException e) {
      throw new UncheckedIOException("the snapshots cannot be written to " + out, e);
    }
  }

  private static SnapshotExport write(
      Experiment experiment,
      TrainingInput input,
      Path training,
      Path test,
      Format format,
      Consumer<String> progress)
      throws IOException {
    boolean one = training.equals(test);
    Path trainingPart = part(training);
    Path testPart = one ? trainingPart : part(test);
    long[] rows = new long[2];
    try {
      SnapshotSet.Passed passed;
      try (Writer ofTraining = open(format, trainingPart);
          Writer ofTest = one ? null : open(format, testPart)) {
        passed =
            SnapshotSet.stream(
                experiment,
                input.histories(),
                input.exposures(),
                progress,
                row -> {
                  try {
                    (row.test() && ofTest != null ? ofTest : ofTraining).write(row);
                  } catch (IOException e) {
                    throw new UncheckedIOException("a row cannot be written", e);
                  }
                  rows[row.test() ? 1 : 0]++;
                });
      }
      if (rows[0] + rows[1] == 0) {
        throw new IllegalStateException(
            "the history from "
                + passed.history().first()
                + " to "
                + passed.history().last()
                + " gives no row at the cut-off "
                + passed.cutoff()
                + "; choose another cut-off or a shorter horizon");
      }
      Files.move(trainingPart, training, StandardCopyOption.REPLACE_EXISTING);
      if (!one) {
        Files.move(testPart, test, StandardCopyOption.REPLACE_EXISTING);
      }
      return new SnapshotExport(
          passed.cutoff(), rows[0], rows[1], one ? List.of(training) : List.of(training, test));
    } finally {
      Files.deleteIfExists(trainingPart);
      Files.deleteIfExists(testPart);
    }
  }

  private static Path part(Path file) {
    return file.resolveSibling("." + file.getFileName() + ".part");
  }

  private static Writer open(Format format, Path file) throws IOException {
    Files.deleteIfExists(file);
    return format == Format.CSV
        ? new CsvSnapshots(file, FeatureSchema.current())
        : new ParquetSnapshots(file, FeatureSchema.current());
  }

  /** The word in the column {@code split}. */
  static String split(SnapshotSet.Snapshot row) {
    return row.test() ? "test" : "training";
  }
}
