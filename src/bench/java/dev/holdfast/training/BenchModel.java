package dev.holdfast.training;

import dev.holdfast.model.BadModel;
import dev.holdfast.model.ChurnModel;
import dev.holdfast.model.ModelFolder;
import dev.holdfast.model.ModelTrust;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What training chooses of a regression, 300 trees of depth 5 and their blend, learnt from made-up
 * customers, for the benchmarks of the service. Trained once and kept under {@code target/bench}.
 *
 * @param version its name
 * @param files as the registry keeps them
 */
public record BenchModel(String version, Map<String, byte[]> files) {

  private static final Path HOME = Path.of("target", "bench");
  private static final int CUSTOMERS = 3_000;
  private static final int EVENTS = 20;

  /** Where the pair of keys lies that signed it. */
  public static Path keys() {
    return HOME.resolve("keys");
  }

  /** The model as the service will read it. */
  public ChurnModel load() {
    return ChurnModel.load(files, ModelTrust.in(keys()));
  }

  /** Reads it, or trains it first. */
  public static BenchModel get() throws IOException {
    Path models = HOME.resolve("models");
    Files.createDirectories(models);
    try (Stream<Path> folders = Files.list(models)) {
      for (Path folder : folders.filter(Files::isDirectory).toList()) {
        BenchModel kept = new BenchModel(folder.getFileName().toString(), ModelFolder.read(folder));
        if (kept.usable()) {
          return kept;
        }
      }
    }
    Experiment experiment =
        Experiment.parse(
            "{name: bench, churn: {horizon: P30D}, snapshots: {spread: true, count: 4},"
                + " logistic: {}, boosting: {trees: 300, depth: 5}}",
            "bench");
    TrainingResult result =
        new TrainingRun(
                experiment,
                new MadeUpHistories(CUSTOMERS, EVENTS, 7),
                Exposures.none(),
                System.err::println)
            .run(models, ModelTrust.in(keys()));
    return new BenchModel(result.version(), ModelFolder.read(result.folder()));
  }

  /** False if it was made for another schema or has no trees. */
  private boolean usable() {
    try {
      load();
      return files.containsKey("booster.json");
    } catch (BadModel stale) {
      return false;
    }
  }
}
