package dev.holdfast.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.access.Audit;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.model.ModelVersion;
import dev.holdfast.model.Promotion;
import dev.holdfast.model.Refusals;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists the registered models; marks those that are scored in shadow. */
@Command(
    name = "models",
    description =
        "Lists the registered models: * serves, ~ is scored in shadow; then what the gate said.",
    subcommands = {
      ModelsCommand.Challenge.class,
      ModelsCommand.Retire.class,
      ModelsCommand.History.class
    })
@Needs(Needs.Parts.STORE)
class ModelsCommand implements Callable<Integer> {

  @Option(names = "--json", description = "one JSON document")
  boolean json;

  @Inject ModelRegistry models;
  @Inject ObjectMapper mapper;

  @Override
  public Integer call() throws JsonProcessingException {
    List<ModelVersion> all = models.list();
    if (json) {
      System.out.println(mapper.writeValueAsString(all));
      return 0;
    }
    for (ModelVersion model : all) {
      System.out.println(
          (model.champion() ? "* " : model.challenger() ? "~ " : "  ")
              + model.version()
              + "  "
              + model.createdAt()
              + "  "
              + model.verdict());
    }
    return 0;
  }

  /** Scores a version in shadow. */
  @Command(
      name = "challenge",
      description = "Scores a version in shadow beside the champion; at most three at a time.")
  static class Challenge implements Callable<Integer> {

    @Parameters(paramLabel = "VERSION", description = "as holdfast models shows it")
    String version;

    @Inject ModelRegistry models;
    @Inject Audit audit;

    @Override
    @Transactional
    public Integer call() {
      Refusals.asProblems(version, () -> models.challenge(version));
      audit.record(Actor.name(), "model.challenge", "model:" + version, null);
      System.out.println(version + " is scored in shadow");
      return 0;
    }
  }

  /** Scores a version in shadow no longer. */
  @Command(name = "retire", description = "Scores a challenger in shadow no longer.")
  static class Retire implements Callable<Integer> {

    @Parameters(paramLabel = "VERSION", description = "as holdfast models shows it")
    String version;

    @Inject ModelRegistry models;
    @Inject Audit audit;

    @Override
    @Transactional
    public Integer call() {
      Refusals.asProblems(version, () -> models.retire(version));
      audit.record(Actor.name(), "model.retire", "model:" + version, null);
      System.out.println(version + " is no longer scored in shadow");
      return 0;
    }
  }

  /** Lists the changes of the champion. */
  @Command(name = "history", description = "Lists which version served from when, and why.")
  static class History implements Callable<Integer> {

    @Option(names = "--json", description = "one JSON document")
    boolean json;

    @Inject ModelRegistry models;
    @Inject ObjectMapper mapper;

    @Override
    public Integer call() throws JsonProcessingException {
      List<Promotion> promotions = models.promotions();
      if (json) {
        System.out.println(mapper.writeValueAsString(promotions));
        return 0;
      }
      for (Promotion one : promotions) {
        System.out.printf(
            "%s  %-9s  %s  by %s%s%n",
            one.at(),
            one.kind(),
            one.version(),
            one.by(),
            one.reason().isBlank() ? "" : ": " + one.reason());
      }
      return 0;
    }
  }
}
