package dev.holdfast.cli;

import dev.holdfast.training.Experiment;
import dev.holdfast.training.SnapshotExport;
import dev.holdfast.training.StoreTraining;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The rows that models learn from, for use elsewhere. */
@Command(
    name = "snapshots",
    description = "Works with the rows that models learn from.",
    subcommands = SnapshotsCommand.Export.class)
class SnapshotsCommand {

  /** Writes the rows of an experiment. */
  @Command(
      name = "export",
      description = {
        "Writes the training and test rows of an experiment for a notebook or a cluster: customer,"
            + " cutoff, label, weight, split and all features. With --events no database is"
            + " needed. Example:",
        "  holdfast snapshots export training/experiments/demo.yaml --out rows --format parquet"
      })
  @Needs(Needs.Parts.STORE)
  static class Export implements Callable<Integer>, MayNeedNothing {

    @Mixin LearningOptions learning;

    @Option(
        names = "--out",
        paramLabel = "DIR|FILE",
        required = true,
        description =
            "a file ending in .parquet or .csv, else a folder that gets training and test")
    Path out;

    @Option(
        names = "--format",
        paramLabel = "FORMAT",
        description = "parquet or csv (else by the file's ending, else parquet)")
    SnapshotExport.@Nullable Format format;

    @Option(names = "--json", description = "one JSON document")
    boolean json;

    @Inject StoreTraining training;

    @Override
    public boolean needsNothing() {
      return learning.fromFiles();
    }

    @Override
    public Integer call() {
      Experiment asked = learning.experiment();
      SnapshotExport result =
          TrainingCalls.refusable(
              () ->
                  SnapshotExport.write(
                      asked,
                      learning.input(asked, () -> training.stored()),
                      out,
                      format,
                      System.err::println));
      if (json) {
        TrainingCalls.printJson(result);
      } else {
        System.out.printf("cut-off       %s%n", result.cutoff());
        System.out.printf("training rows %,12d%n", result.training());
        System.out.printf("test rows     %,12d%n", result.test());
        result.files().forEach(System.out::println);
      }
      return 0;
    }
  }
}
