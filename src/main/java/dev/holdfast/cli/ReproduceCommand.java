package dev.holdfast.cli;

import dev.holdfast.training.Reproduction;
import dev.holdfast.training.StoreTraining;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Trains a version a second time and compares the bytes. */
@Command(
    name = "reproduce",
    description =
        "Trains a version again from its recorded provenance and compares every file that decides a"
            + " score byte for byte; exit code 1 if one differs.")
@Needs(Needs.Parts.STORE)
class ReproduceCommand implements Callable<Integer> {

  @Parameters(paramLabel = "VERSION", description = "a registered version or its folder")
  String version;

  @ArgGroup(exclusive = false, multiplicity = "0..*")
  @Nullable List<EventFile> events;

  @Option(names = "--json", description = "one JSON document")
  boolean json;

  @Inject StoreTraining training;

  @Override
  public Integer call() {
    Reproduction result =
        TrainingCalls.refusable(
            () ->
                training.reproduce(
                    version,
                    TrainingCalls.input(null, events, training::stored),
                    System.err::println));
    if (json) {
      TrainingCalls.printJson(result);
    } else {
      result.files().forEach((file, verdict) -> System.out.printf("%-18s %s%n", file, verdict));
      result.findings().forEach(System.out::println);
      System.out.println(
          result.equal()
              ? result.version() + " is reproduced to the byte"
              : result.version() + " is NOT reproduced");
    }
    return result.equal() ? 0 : 1;
  }
}
