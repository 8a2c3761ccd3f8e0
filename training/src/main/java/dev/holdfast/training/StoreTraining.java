package dev.holdfast.training;

import dev.holdfast.calendar.Calendars;
import dev.holdfast.event.EventStore;
import dev.holdfast.model.BadModel;
import dev.holdfast.model.Calibrator;
import dev.holdfast.model.ChurnModel;
import dev.holdfast.model.ModelFolder;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.platform.BusinessClock;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Training where there is a registry: on the stored history or on files, with versions that are
 * registered and found again. A version is named as {@code holdfast models} shows it, or by its
 * folder; its signature is checked before anything of it is read.
 */
@ApplicationScoped
public class StoreTraining {

  private final EventStore events;
  private final Calendars calendars;
  private final dev.holdfast.campaign.Exposures ledger;
  private final ModelRegistry models;
  private final BusinessClock clock;
  private final Path folder;

  StoreTraining(
      EventStore events,
      Calendars calendars,
      dev.holdfast.campaign.Exposures ledger,
      ModelRegistry models,
      BusinessClock clock,
      @ConfigProperty(name = "holdfast.training.models", defaultValue = "models") Path folder) {
    this.events = events;
    this.calendars = calendars;
    this.ledger = ledger;
    this.models = models;
    this.clock = clock;
    this.folder = folder;
  }

  /** The stored history, and what campaigns decided up to now. */
  public TrainingInput stored() {
    return new TrainingInput(
        new StoreHistories(events, calendars.inForce()), new StoreExposures(ledger.all()));
  }

  /**
   * Trains, writes the version's folder and registers the same bytes; promotes nothing.
   *
   * @param progress told in plain words how far the run is
   * @throws IllegalStateException if the history is too short for the experiment
   */
  public TrainingResult train(Experiment experiment, String actor, Consumer<String> progress) {
    return train(experiment, stored(), actor, progress);
  }

  /** As {@link #train(Experiment, String, Consumer)}, on other input than the stored history. */
  public TrainingResult train(
      Experiment experiment, TrainingInput input, String actor, Consumer<String> progress) {
    TrainingResult result =
        new TrainingRun(experiment, input.histories(), input.exposures(), progress)
            .run(folder, models.trust());
    models.register(result.files(), result.version(), result.gateJson(), actor);
    return result;
  }

  /**
   * Trains on the table that the experiment names and writes the version's folder; nothing is
   * registered, for such a model reads no events.
   *
   * @throws dev.holdfast.event.file.UnusableFile if the table cannot be learnt from
   */
  public TrainingResult trainOnTable(Experiment experiment, Consumer<String> progress) {
    return TableRun.train(experiment, folder, models.trust(), progress);
  }

  /**
   * Trains at the latest cut-off that the history allows, whatever the experiment names.
   *
   * @throws IllegalStateException if the history is too short for the experiment
   */
  public TrainingResult retrain(Experiment experiment, String actor, Consumer<String> progress) {
    return train(experiment.at(null), stored(), actor, progress);
  }

  /**
   * Puts two versions beside each other on the same customers.
   *
   * @param asked how customers are chosen and labelled; null for the experiment of the later
   *     version
   * @throws NoSuchElementException if there is no such version
   * @throws BadModel if one is not signed by us or damaged
   * @throws IllegalArgumentException if the two cannot be compared
   * @throws IllegalStateException if no row can be judged
   */
  public Comparison compare(
      String a,
      String b,
      @Nullable Experiment asked,
      TrainingInput input,
      Consumer<String> progress) {
    Map<String, byte[]> filesOfA = files(a);
    Map<String, byte[]> filesOfB = files(b);
    return Comparison.of(
        ChurnModel.load(filesOfA, models.trust()),
        filesOfA,
        ChurnModel.load(filesOfB, models.trust()),
        filesOfB,
        asked,
        input,
        progress);
  }

  /**
   * Trains a version again from its provenance; writes nothing.
   *
   * @throws NoSuchElementException if there is no such version
   * @throws BadModel if it is not signed by us or damaged
   * @throws IllegalStateException if it has no provenance, or the history is too short by now
   */
  public Reproduction reproduce(String version, TrainingInput input, Consumer<String> progress) {
    Map<String, byte[]> files = files(version);
    ChurnModel model = ChurnModel.load(files, models.trust());
    return Reproduction.of(model.version(), files, input, progress);
  }

  /**
   * A model that was imported.
   *
   * @param version its name
   * @param folder where it was written
   * @param goldenRows how many golden rows agree
   * @param difference the largest to what they expect
   */
  public record Imported(String version, Path folder, int goldenRows, double difference) {}

  /**
   * Takes in a booster that was trained elsewhere; promotes nothing.
   *
   * @param file as XGBoost saves it, JSON or UBJSON
   * @param name start of the version's name
   * @param priorsFrom the version whose population tables and horizon it is to serve with
   * @param golden rows with the expected result
   * @throws NoSuchElementException if there is no version {@code priorsFrom}
   * @throws BadModel if that version is not signed by us or damaged
   * @throws IllegalArgumentException if the model or a golden row is wrong
   * @throws IllegalStateException if the same model was imported before
   */
  public Imported importModel(
      Path file, String name, String priorsFrom, Calibrator calibrator, Path golden, String actor) {
    Map<String, byte[]> origin = files(priorsFrom);
    ChurnModel.load(origin, models.trust());
    byte[] priors = origin.get("priors.json");
    if (priors == null) {
      throw new IllegalStateException("a model that loads has priors.json");
    }
    ImportedModel model =
        ImportedModel.of(
            file,
            name,
            priors,
            calibrator,
            golden,
            new ImportedModel.Bringer(actor, clock.now(), priorsFrom));
    if (models.filesOf(model.version()).isPresent()) {
      throw new IllegalStateException(
          "this model was imported before, as " + model.version() + "; nothing is changed");
    }
    Map<String, byte[]> signed = ModelFolder.sign(model.version(), model.files(), models.trust());
    ChurnModel.load(signed, models.trust());
    Path written = ModelFolder.write(folder, model.version(), signed);
    models.register(signed, model.version(), ImportedModel.GATE, actor);
    return new Imported(model.version(), written, model.goldenRows(), model.difference());
  }

  /** The files of a version: of a folder if there is one of this name, else as registered. */
  private Map<String, byte[]> files(String version) {
    for (Path place : new Path[] {Path.of(version), folder.resolve(version)}) {
      if (Files.isDirectory(place)) {
        return ModelFolder.read(place);
      }
    }
    return models
        .filesOf(version)
        .orElseThrow(
            () ->
                new NoSuchElementException(
                    "There is no model "
                        + version
                        + ", neither a folder nor registered; holdfast models shows them"));
  }
}
