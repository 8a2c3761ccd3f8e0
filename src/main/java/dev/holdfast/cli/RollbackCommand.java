package dev.holdfast.cli;

import dev.holdfast.access.Audit;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.model.ModelVersion;
import dev.holdfast.model.Refusals;
import dev.holdfast.platform.Problem;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lets the champion before the present one serve again. */
@Command(name = "rollback", description = "Lets the champion before the present one serve again.")
@Needs(Needs.Parts.STORE)
class RollbackCommand implements Callable<Integer> {

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      required = true,
      description = "why, for the record")
  String reason;

  @Inject ModelRegistry models;
  @Inject Audit audit;

  @Override
  @Transactional
  public Integer call() {
    String serving =
        models.list().stream()
            .filter(ModelVersion::champion)
            .map(ModelVersion::version)
            .findFirst()
            .orElseThrow(() -> Problem.conflict("No model serves, so there is nothing to undo"));
    Refusals.asProblems(
        serving,
        () -> {
          String now = models.rollback(serving, Actor.name(), reason);
          System.out.println(now + " serves again in place of " + serving);
        });
    audit.record(Actor.name(), "model.rollback", "model:" + serving, reason);
    return 0;
  }
}
