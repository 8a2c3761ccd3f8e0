package dev.holdfast.training;

import dev.holdfast.event.EventStore;
import dev.holdfast.model.ModelRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Trains on the stored history and registers what came of it. */
@ApplicationScoped
public class StoreTraining {

  private final EventStore events;
  private final ModelRegistry models;
  private final Path folder;

  StoreTraining(
      EventStore events,
      ModelRegistry models,
      @ConfigProperty(name = "holdfast.training.models", defaultValue = "models") Path folder) {
    this.events = events;
    this.models = models;
    this.folder = folder;
  }

  /**
   * Trains, writes the version's folder and registers the same bytes; promotes nothing.
   *
   * @param progress told in plain words how far the run is
   * @throws IllegalStateException if the history is too short for the experiment
   */
  public TrainingResult train(Experiment experiment, String actor, Consumer<String> progress) {
    TrainingResult result =
        new TrainingRun(experiment, new StoreHistories(events), Exposures.none(), progress)
            .run(folder, models.trust());
    models.register(result.files(), result.version(), result.gateJson(), actor);
    return result;
  }
}
