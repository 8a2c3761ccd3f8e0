package dev.holdfast.training;

import dev.holdfast.evaluation.PairedDifference;
import dev.holdfast.evaluation.Scored;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Training and measuring at several cut-offs, each judged by what followed it: a rolling origin.
 * Nothing is written or registered.
 *
 * @param cutoffs from the earliest
 * @param mean over the cut-offs, {@link #CHOSEN} first; rows are summed
 * @param differences of the chosen model to each other, over the rows of all cut-offs together;
 *     below 0 in log-loss and above 0 in AUC the chosen one is better
 */
public record Backtest(
    List<AtCutoff> cutoffs, List<TrainingResult.Figures> mean, List<Difference> differences) {

  /** The name under which the figures of whatever was chosen at a cut-off stand. */
  public static final String CHOSEN = "chosen model";

  /**
   * One cut-off.
   *
   * @param cutoff trained on what was complete before, judged by what followed
   * @param chosen name of the model that was chosen
   * @param figures of the chosen model under {@link Backtest#CHOSEN}, then of all
   * @param differences of the chosen model to each other
   * @param gate what the gate said
   */
  public record AtCutoff(
      Instant cutoff,
      String chosen,
      List<TrainingResult.Figures> figures,
      List<Difference> differences,
      GateVerdict gate) {}

  /**
   * The chosen model less another on the same rows.
   *
   * @param rival the other
   * @param difference with 95 percent intervals by resampling customers
   */
  public record Difference(String rival, PairedDifference difference) {}

  /**
   * Runs.
   *
   * @param cutoffs at least one, or none for the experiment's own
   * @throws IllegalStateException if the history is too short for one of them
   */
  public static Backtest run(
      Experiment experiment,
      TrainingInput input,
      List<Instant> cutoffs,
      Consumer<String> progress) {
    Run run = new Run(experiment, input, progress);
    if (cutoffs.isEmpty()) {
      run.at(experiment.snapshots().cutoff());
    }
    cutoffs.stream().distinct().sorted().forEach(run::at);
    return run.result();
  }

  /**
   * Runs at cut-offs of equal distance that end at the experiment's own.
   *
   * @param count how many, 1 or more
   * @param every from one to the next, positive
   * @throws IllegalStateException if the history is too short for one of them
   */
  public static Backtest run(
      Experiment experiment,
      TrainingInput input,
      int count,
      Duration every,
      Consumer<String> progress) {
    if (count < 1 || every.isNegative() || every.isZero()) {
      throw new IllegalArgumentException(
          "a backtest needs 1 or more cut-offs a positive time apart, not "
              + count
              + " every "
              + every);
    }
    Instant asked = experiment.snapshots().cutoff();
    Instant last = asked == null ? SnapshotSet.latest(experiment, input.histories()) : asked;
    List<Instant> cutoffs = new ArrayList<>();
    for (int k = count - 1; k >= 0; k--) {
      cutoffs.add(last.minus(every.multipliedBy(k)));
    }
    return run(experiment, input, cutoffs, progress);
  }

  private static final class Run {

    private final Experiment experiment;
    private final TrainingInput input;
    private final Consumer<String> progress;
    private final List<AtCutoff> done = new ArrayList<>();
    private final Map<String, List<Scored>> scored = new LinkedHashMap<>();

    Run(Experiment experiment, TrainingInput input, Consumer<String> progress) {
      this.experiment = experiment;
      this.input = input;
      this.progress = progress;
    }

    void at(@Nullable Instant cutoff) {
      Experiment here = experiment.at(cutoff);
      SnapshotSet set = SnapshotSet.of(here, input.histories(), input.exposures(), progress);
      Learnable.require(set, progress);
      List<Trained> trained = Trained.all(here, set.training(), set.test(), set.cutoff(), progress);
      Trained chosen = Trained.best(trained);
      List<Candidate> rivals = Rivals.of(set);
      List<Candidate> all = new ArrayList<>();
      trained.stream().map(Trained::figures).forEach(all::add);
      all.addAll(rivals);
      all.addAll(References.of(here, set));

      List<TrainingResult.Figures> figures = new ArrayList<>();
      Candidate best = chosen.figures();
      add(
          new Candidate(
              CHOSEN,
              best.scored(),
              best.auc(),
              best.logLoss(),
              best.brier(),
              best.liftAtTenth(),
              best.calibration()),
          figures);
      all.forEach(candidate -> add(candidate, figures));
      List<Difference> differences = new ArrayList<>();
      for (Candidate other : all) {
        if (!other.name().equals(chosen.name())) {
          differences.add(difference(other.name(), best.scored(), other.scored()));
        }
      }
      done.add(
          new AtCutoff(
              set.cutoff(),
              chosen.name(),
              figures,
              differences,
              Gate.judge(here, best, rivals, List.of(Leakage.singleFeature(set.test())))));
      progress.accept("cut-off " + set.cutoff() + ": chosen " + chosen.name());
    }

    private void add(Candidate candidate, List<TrainingResult.Figures> figures) {
      figures.add(TrainingResult.Figures.of(candidate));
      scored.computeIfAbsent(candidate.name(), n -> new ArrayList<>()).addAll(candidate.scored());
    }

    private Difference difference(String rival, List<Scored> chosen, List<Scored> other) {
      return new Difference(
          rival,
          PairedDifference.of(
              chosen, other, experiment.gate().bootstrapRounds(), experiment.seed()));
    }

    Backtest result() {
      List<Scored> chosen = scored.getOrDefault(CHOSEN, List.of());
      List<TrainingResult.Figures> mean = new ArrayList<>();
      List<Difference> differences = new ArrayList<>();
      scored.forEach(
          (name, rows) -> {
            // A blend that was not tried at every cut-off has no mean to compare.
            if (rows.size() == chosen.size()) {
              mean.add(
                  TrainingResult.Figures.mean(
                      done.stream()
                          .flatMap(at -> at.figures().stream())
                          .filter(figures -> figures.name().equals(name))
                          .toList()));
              if (!name.equals(CHOSEN) && !rows.equals(chosen)) {
                differences.add(difference(name, chosen, rows));
              }
            }
          });
      return new Backtest(List.copyOf(done), List.copyOf(mean), List.copyOf(differences));
    }
  }
}
