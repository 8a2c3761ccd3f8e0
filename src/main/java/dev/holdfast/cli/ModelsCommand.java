package dev.holdfast.cli;

import dev.holdfast.model.ModelRegistry;
import dev.holdfast.model.ModelVersion;
import jakarta.inject.Inject;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Lists the registered models. */
@Command(name = "models", description = "Lists the registered models; a star marks what serves.")
@Needs(Needs.Parts.STORE)
class ModelsCommand implements Callable<Integer> {

  @Inject ModelRegistry models;

  @Override
  public Integer call() {
    for (ModelVersion model : models.list()) {
      System.out.println(
          (model.champion() ? "* " : "  ") + model.version() + "  " + model.createdAt());
    }
    return 0;
  }
}
