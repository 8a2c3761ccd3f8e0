package dev.holdfast.cli;

import dev.holdfast.access.Audit;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.model.Refusals;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lets a registered model serve. */
@Command(
    name = "promote",
    description = "Lets a registered model serve; refused if it did not pass its gate.")
@Needs(Needs.Parts.STORE)
class PromoteCommand implements Callable<Integer> {

  @Parameters(paramLabel = "VERSION", description = "as holdfast models shows it")
  String version;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "why, for the record; required where the gate refused")
  String reason;

  @Inject ModelRegistry models;
  @Inject Audit audit;

  @Override
  @Transactional
  public Integer call() {
    Refusals.asProblems(version, () -> models.promote(version, Actor.name(), reason));
    audit.record(Actor.name(), "model.promote", "model:" + version, reason);
    System.out.println(version + " serves");
    return 0;
  }
}
