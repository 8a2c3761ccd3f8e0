package dev.holdfast.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.holdfast.event.file.UnusableFile;
import dev.holdfast.model.BadModel;
import dev.holdfast.model.PromotionRefused;
import dev.holdfast.platform.Failures;
import dev.holdfast.platform.Problem;
import dev.holdfast.training.Experiment;
import dev.holdfast.training.TrainingInput;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the commands of training have in common: reading, refusing, writing. */
final class TrainingCalls {

  // Of its own, because some of these commands run without Quarkus.
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .findAndRegisterModules()
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .enable(SerializationFeature.INDENT_OUTPUT);

  private TrainingCalls() {}

  /**
   * Reads an experiment.
   *
   * @throws Problem 400 with file, line and remedy
   */
  static Experiment experiment(Path file) {
    try {
      return Experiment.read(file);
    } catch (UncheckedIOException unreadable) {
      throw Problem.badRequest("The experiment " + file + " cannot be read; check the path");
    } catch (IllegalArgumentException invalid) {
      throw Problem.badRequest(String.valueOf(invalid.getMessage()));
    }
  }

  /**
   * The files that the command line names, else those of the experiment, else the store; progress
   * goes to standard error.
   *
   * @param experiment null where none is asked
   */
  static TrainingInput input(
      @Nullable Experiment experiment,
      @Nullable List<EventFile> events,
      Supplier<TrainingInput> store) {
    if (events != null) {
      return TrainingInput.files(EventFile.asFiles(events), System.err::println);
    }
    Experiment.Data data = experiment == null ? null : experiment.data();
    return data != null && data.files() != null
        ? TrainingInput.files(data.files(), System.err::println)
        : store.get();
  }

  /** True if an experiment names its data; false if it does not, or cannot be read. */
  static boolean namesItsData(Path experiment) {
    try {
      return Experiment.read(experiment).data() != null;
    } catch (IllegalArgumentException | UncheckedIOException unusable) {
      // The command itself will say what is wrong.
      return false;
    }
  }

  /** The experiment, on the table in another file if one is named. */
  static Experiment onTable(Experiment experiment, @Nullable Path table) {
    if (table == null) {
      return experiment;
    }
    try {
      return experiment.onTable(table);
    } catch (IllegalArgumentException noTable) {
      throw Problem.badRequest(String.valueOf(noTable.getMessage()));
    }
  }

  /** The instants that were given, if any. */
  static List<Instant> instants(@Nullable List<String> texts) {
    return texts == null ? List.of() : texts.stream().map(Instants::parse).toList();
  }

  /**
   * Runs what training may refuse.
   *
   * @throws Problem in one line: 400 for a file or map that cannot be used, 404 for an unknown
   *     version, 409 for what the history or the files do not allow
   */
  static <T> T refusable(Supplier<T> call) {
    try {
      return call.get();
    } catch (UnusableFile unusable) {
      throw Problem.badRequest(unusable.line());
    } catch (NoSuchElementException unknown) {
      throw Problem.notFound(String.valueOf(unknown.getMessage()));
    } catch (BadModel | PromotionRefused | IllegalArgumentException refused) {
      throw Problem.conflict(String.valueOf(refused.getMessage()));
    } catch (IllegalStateException | UncheckedIOException failed) {
      if (Failures.databaseIsAway(failed)) {
        throw failed;
      }
      throw Problem.conflict(
          failed instanceof UncheckedIOException && failed.getCause() != null
              ? failed.getMessage() + ": " + failed.getCause().getMessage()
              : String.valueOf(failed.getMessage()));
    }
  }

  /** One JSON document on standard output. */
  static void printJson(Object document) {
    try {
      System.out.println(JSON.writeValueAsString(document));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("plain records can be written", impossible);
    }
  }
}
