package dev.holdfast.cli;

import dev.holdfast.training.Experiment;
import dev.holdfast.training.TrainingInput;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Parameters;

/** What is asked and of whom: shared by the commands that learn from an experiment. */
final class LearningOptions {

  @Parameters(
      paramLabel = "EXPERIMENT",
      description = "for example training/experiments/online_retail_2011.yaml")
  Path experiment;

  @ArgGroup(exclusive = false, multiplicity = "0..*")
  @Nullable List<EventFile> events;

  /**
   * The experiment as its file says it.
   *
   * @throws dev.holdfast.platform.Problem 400 with file, line and remedy
   */
  Experiment experiment() {
    return TrainingCalls.experiment(experiment);
  }

  /** As {@link TrainingCalls#input}. */
  TrainingInput input(Experiment asked, Supplier<TrainingInput> store) {
    return TrainingCalls.input(asked, events, store);
  }

  /** True if the command line or the experiment names files, so that no store is read. */
  boolean fromFiles() {
    return events != null || TrainingCalls.namesItsData(experiment);
  }
}
