package dev.holdfast.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.evaluation.PairedDifference;
import dev.holdfast.evaluation.Scored;
import dev.holdfast.model.ChurnModel;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Two versions on the same customers at the same cut-off, each with the population tables it would
 * serve with.
 *
 * @param cutoff the later one of both versions, so that neither has learnt from what followed
 * @param rows judged
 * @param first figures of one version
 * @param second figures of the other
 * @param difference first less second: below 0 in log-loss and above 0 in AUC the first is better
 * @param words what it says, for people
 */
public record Comparison(
    Instant cutoff,
    int rows,
    TrainingResult.Figures first,
    TrainingResult.Figures second,
    PairedDifference difference,
    String words) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * What a version says of its own making.
   *
   * @param experiment null for one that was not trained here
   * @param cutoff null for one that was not trained here
   */
  private record Origin(@Nullable Experiment experiment, @Nullable Instant cutoff) {

    static Origin of(String version, Map<String, byte[]> files) {
      byte[] metrics = files.get("metrics.json");
      try {
        JsonNode root = metrics == null ? JSON.createObjectNode() : JSON.readTree(metrics);
        String cutoff = root.path("cutoff").asText();
        JsonNode experiment = root.path("experiment");
        return new Origin(
            experiment.isObject()
                ? Experiment.parse(experiment.toString(), "metrics.json of model " + version)
                : null,
            cutoff.isEmpty() ? null : Instant.parse(cutoff));
      } catch (IOException malformed) {
        throw new IllegalStateException(
            "metrics.json of model " + version + " is not JSON", malformed);
      }
    }
  }

  /**
   * Compares.
   *
   * @param a one version
   * @param filesOfA its files
   * @param b the other
   * @param filesOfB its files
   * @param asked how customers are chosen and labelled; null for the experiment of the later
   *     version
   * @throws IllegalArgumentException if they do not call the same thing churn, or neither was
   *     trained here and there is no experiment
   * @throws IllegalStateException if no row can be judged
   */
  static Comparison of(
      ChurnModel a,
      Map<String, byte[]> filesOfA,
      ChurnModel b,
      Map<String, byte[]> filesOfB,
      @Nullable Experiment asked,
      TrainingInput input,
      Consumer<String> progress) {
    if (!a.priors().churn().equals(b.priors().churn())) {
      throw new IllegalArgumentException(
          "model "
              + a.version()
              + " predicts "
              + a.priors().churn()
              + " and model "
              + b.version()
              + " "
              + b.priors().churn()
              + ": they answer different questions and cannot be compared");
    }
    if (!a.priors().weekdays().equals(b.priors().weekdays())) {
      throw new IllegalArgumentException(
          "model "
              + a.version()
              + " measures silence with the weights "
              + a.priors().weekdays()
              + " of the weekdays and model "
              + b.version()
              + " with "
              + b.priors().weekdays()
              + ": no customer has a silence that both could judge");
    }
    Experiment chosen = experiment(a, filesOfA, b, filesOfB, asked);
    Experiment experiment =
        chosen.on(Timing.base(chosen, input.histories()).withWeekdays(a.priors().weekdays()));
    List<Scored> byA = new ArrayList<>();
    List<Scored> byB = new ArrayList<>();
    SnapshotSet.Passed passed =
        SnapshotSet.stream(
            experiment,
            input.histories(),
            input.exposures(),
            progress,
            row -> {
              if (row.test()) {
                byA.add(scored(a, row));
                byB.add(scored(b, row));
              }
            });
    if (byA.isEmpty()) {
      throw new IllegalStateException(
          "no customer can be judged at "
              + passed.cutoff()
              + ", because the history ends "
              + passed.history().last()
              + " and labels need it until "
              + passed.tested().known()
              + "; give an experiment with an earlier cut-off");
    }
    PairedDifference difference =
        PairedDifference.of(byA, byB, experiment.gate().bootstrapRounds(), experiment.seed());
    return new Comparison(
        passed.cutoff(),
        byA.size(),
        TrainingResult.Figures.of(Candidate.of(a.version(), byA)),
        TrainingResult.Figures.of(Candidate.of(b.version(), byB)),
        difference,
        words(a.version(), b.version(), difference));
  }

  private static Scored scored(ChurnModel model, SnapshotSet.Snapshot row) {
    return new Scored(
        row.customer(), model.risk(row.state(), row.cutoff()), row.churned(), row.weight());
  }

  private static Experiment experiment(
      ChurnModel a,
      Map<String, byte[]> filesOfA,
      ChurnModel b,
      Map<String, byte[]> filesOfB,
      @Nullable Experiment asked) {
    Origin ofA = Origin.of(a.version(), filesOfA);
    Origin ofB = Origin.of(b.version(), filesOfB);
    Instant at = ofA.cutoff();
    Experiment experiment = ofA.experiment();
    if (at == null || (ofB.cutoff() != null && ofB.cutoff().isAfter(at))) {
      at = ofB.cutoff() == null ? at : ofB.cutoff();
      experiment = ofB.experiment() == null ? experiment : ofB.experiment();
    }
    if (asked != null) {
      Instant own = asked.snapshots().cutoff();
      if (at != null && own != null && own.isBefore(at)) {
        throw new IllegalArgumentException(
            "the cut-off "
                + own
                + " of the experiment lies before "
                + at
                + ", so that one of the versions has learnt from what it would be judged by; leave"
                + " the cut-off out or take a later one");
      }
      if (!asked.churnDefinition().equals(a.priors().churn())) {
        throw new IllegalArgumentException(
            "the experiment asks about "
                + asked.churnDefinition()
                + " but the versions predict "
                + a.priors().churn());
      }
      return own != null || at == null ? asked : asked.at(at);
    }
    if (experiment == null || at == null) {
      throw new IllegalArgumentException(
          "neither "
              + a.version()
              + " nor "
              + b.version()
              + " was trained here; name the experiment by which customers are chosen and labelled");
    }
    return experiment.at(at);
  }

  private static String words(String a, String b, PairedDifference difference) {
    double value = difference.logLoss().value();
    String better = value <= 0 ? a : b;
    double share = value <= 0 ? difference.better() : 1 - difference.better();
    boolean proven = difference.logLoss().high() < 0 || difference.logLoss().low() > 0;
    String figures =
        String.format(
            Locale.ROOT,
            "log-loss of %s less that of %s: %+.4f, 95 %% interval %+.4f to %+.4f",
            a,
            b,
            value,
            difference.logLoss().low(),
            difference.logLoss().high());
    return proven
        ? String.format(Locale.ROOT, "%s is better, beyond chance (%s)", better, figures)
        : String.format(
            Locale.ROOT,
            "no difference beyond chance; %s had the lower log-loss in %.0f %% of the draws (%s)",
            better,
            100 * share,
            figures);
  }
}
