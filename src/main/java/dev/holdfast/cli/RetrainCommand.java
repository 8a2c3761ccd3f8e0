package dev.holdfast.cli;

import dev.holdfast.access.Audit;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.model.PromotionRefused;
import dev.holdfast.monitoring.RetrainingRequest;
import dev.holdfast.monitoring.RetrainingRequests;
import dev.holdfast.training.Experiment;
import dev.holdfast.training.StoreTraining;
import dev.holdfast.training.TrainingResult;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Trains on the newest history and leaves the decision to a person. */
@Command(
    name = "retrain",
    description = {
      "Trains at the latest cut-off that the stored history allows. A version that passes its gate"
          + " is scored in shadow and waits for a person, unless --promote is given; exit code 1 if"
          + " the gate refuses it. Example:",
      "  holdfast retrain training/experiments/demo.yaml --if-requested"
    })
@Needs(Needs.Parts.STORE)
class RetrainCommand implements Callable<Integer> {

  @Parameters(paramLabel = "EXPERIMENT", description = "its cut-off, if it names one, is not used")
  Path experiment;

  @Option(
      names = "--if-requested",
      description = "only if monitoring, or a person, has asked for a new model")
  boolean ifRequested;

  @Option(names = "--promote", description = "let the model serve if it passes its gate")
  boolean promote;

  @Option(names = "--json", description = "one JSON document")
  boolean json;

  @Inject StoreTraining training;
  @Inject ModelRegistry models;
  @Inject RetrainingRequests requests;
  @Inject Audit audit;

  /**
   * What happened.
   *
   * @param request why a model was asked for; null if nobody did
   * @param trained null if nothing was trained
   * @param words what became of it
   */
  record Retrained(
      @Nullable String request, TrainCommand.@Nullable Trained trained, String words) {}

  @Override
  public Integer call() {
    Experiment asked = TrainingCalls.experiment(experiment);
    Optional<RetrainingRequest> request = requests.open();
    if (ifRequested && request.isEmpty()) {
      say(new Retrained(null, null, "nobody has asked for a new model; nothing is done"), null);
      return 0;
    }
    TrainingResult result =
        TrainingCalls.refusable(() -> training.retrain(asked, Actor.name(), System.err::println));
    // Taken on only now: a run that failed leaves the request for the next one.
    request.ifPresent(one -> requests.take(one, Actor.name()));
    boolean passed = result.gate().passed();
    String words = passed ? accept(result.version()) : "refused by its gate; it does not serve";
    boolean promoted = passed && promote;
    say(
        new Retrained(
            request.map(RetrainingRequest::reason).orElse(null),
            TrainCommand.Trained.of(result, promoted),
            words),
        result);
    return passed ? 0 : 1;
  }

  private String accept(String version) {
    if (models
        .champion()
        .filter(champion -> champion.model().version().equals(version))
        .isPresent()) {
      return "the same model as the one that serves: the history has taught nothing new";
    }
    if (promote) {
      TrainCommand.promote(models, audit, version);
      return "it serves";
    }
    try {
      QuarkusTransaction.requiringNew()
          .run(
              () -> {
                models.challenge(version);
                audit.record(Actor.name(), "model.challenge", "model:" + version, "retrained");
              });
      return "it is scored in shadow and waits for a person: holdfast promote " + version;
    } catch (PromotionRefused full) {
      return "it waits for a person, not scored in shadow ("
          + full.getMessage()
          + "): holdfast promote "
          + version;
    }
  }

  private void say(Retrained done, @Nullable TrainingResult result) {
    if (json) {
      TrainingCalls.printJson(done);
      return;
    }
    if (done.request() != null) {
      System.out.println("asked for: " + done.request());
    }
    if (result != null) {
      TrainCommand.print(result);
    }
    System.out.println(done.words());
  }
}
