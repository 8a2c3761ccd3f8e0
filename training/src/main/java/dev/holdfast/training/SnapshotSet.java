package dev.holdfast.training;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.ChurnDefinition;
import dev.holdfast.activity.ChurnLabel;
import dev.holdfast.activity.Features;
import dev.holdfast.activity.LabelWindow;
import dev.holdfast.activity.Priors;
import dev.holdfast.event.Event;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Training and test snapshots of an experiment. Test: what followed the cut-off. Training: cut-offs
 * one spacing apart whose labels were complete before the first test cut-off.
 *
 * @param cutoff the model's cut-off
 * @param priors of the population as known at the cut-off
 * @param training rows to learn from
 * @param test rows to be judged by
 */
record SnapshotSet(Instant cutoff, Priors priors, List<Snapshot> training, List<Snapshot> test) {

  /** Where the history starts and ends. */
  private static final class Range {
    Instant first = Instant.MAX;
    Instant last = Instant.MIN;

    void add(CustomerHistory history) {
      for (Event event : history.events()) {
        first = event.occurredAt().isBefore(first) ? event.occurredAt() : first;
        last = event.availableAt().isAfter(last) ? event.availableAt() : last;
      }
    }
  }

  /**
   * Reads the histories, two or three passes.
   *
   * @throws IllegalStateException if the history is too short for a training and a test snapshot
   */
  static SnapshotSet of(Experiment experiment, HistorySource source, Consumer<String> progress) {
    ChurnDefinition churn = experiment.churnDefinition();
    Duration window =
        experiment
            .leadTime()
            .plus(Duration.ofDays(Math.round(churn.longestHorizonDays()) + churn.settlingDays()));
    Range range = new Range();
    source.forEach(range::add);
    if (range.first.isAfter(range.last)) {
      throw new IllegalStateException("there are no events to learn from; import a history first");
    }
    Instant complete = range.last.minus(experiment.lateness());
    Instant asked = experiment.snapshots().cutoff();
    Instant cutoff = asked != null ? asked : complete.minus(window).truncatedTo(ChronoUnit.DAYS);
    progress.accept("cut-off " + cutoff + ", history " + range.first + " to " + range.last);

    Priors.Fit fit = Priors.fit(churn);
    source.forEach(h -> fit.add(new Replay(h.events()).at(cutoff), cutoff));
    Priors priors;
    try {
      priors = fit.fit();
    } catch (IllegalStateException nobody) {
      throw new IllegalStateException(
          "no customer had used the service by " + cutoff + "; choose a later cut-off", nobody);
    }

    Instant earliest =
        range
            .first
            .truncatedTo(ChronoUnit.DAYS)
            .plus(Duration.ofDays(experiment.minimumHistoryDays()));
    List<Snapshot> training = new ArrayList<>();
    List<Snapshot> test = new ArrayList<>();
    source.forEach(
        history -> {
          Instant tested = cutoff.minus(offset(experiment, history.customerId()));
          collect(experiment, priors, history, List.of(tested), complete, test);
          collect(
              experiment,
              priors,
              history,
              trainingCutoffs(experiment, history.customerId(), cutoff, window, earliest),
              complete,
              training);
        });
    progress.accept(
        training.size()
            + " training rows, "
            + test.size()
            + " test rows, usual gap "
            + String.format(Locale.ROOT, "%.1f", priors.medianGapDays())
            + " days");
    if (training.isEmpty() || test.isEmpty()) {
      throw new IllegalStateException(
          "the history gives "
              + training.size()
              + " training rows and "
              + test.size()
              + " test rows; at a cut-off of "
              + cutoff
              + " it must start "
              + (experiment.minimumHistoryDays() + window.toDays())
              + " days earlier and end "
              + window.toDays()
              + " days later");
    }
    return new SnapshotSet(cutoff, priors, List.copyOf(training), List.copyOf(test));
  }

  private static Duration offset(Experiment experiment, long customer) {
    if (!experiment.snapshots().spread()) {
      return Duration.ZERO;
    }
    long days = Math.floorMod(Hash.of(customer), (long) experiment.snapshots().spacingDays());
    return Duration.ofDays(days);
  }

  private static List<Instant> trainingCutoffs(
      Experiment experiment, long customer, Instant cutoff, Duration window, Instant earliest) {
    Duration spacing = Duration.ofDays(experiment.snapshots().spacingDays());
    Duration spread =
        experiment.snapshots().spread() ? spacing.minus(Duration.ofDays(1)) : Duration.ZERO;
    Instant latest =
        cutoff
            .minus(spread)
            .minus(window)
            .minus(experiment.lateness())
            .minus(offset(experiment, customer));
    List<Instant> cutoffs = new ArrayList<>();
    for (int k = experiment.snapshots().count() - 1; k >= 0; k--) {
      Instant at = latest.minus(spacing.multipliedBy(k));
      if (!at.isBefore(earliest)) {
        cutoffs.add(at);
      }
    }
    return cutoffs;
  }

  private static void collect(
      Experiment experiment,
      Priors priors,
      CustomerHistory history,
      List<Instant> cutoffs,
      Instant complete,
      List<Snapshot> rows) {
    ChurnDefinition churn = priors.churn();
    Replay replay = new Replay(history.events());
    for (Instant cutoff : cutoffs) {
      ActivityState state = replay.at(cutoff);
      if (!churn.eligible(state, cutoff)) {
        continue;
      }
      LabelWindow window =
          LabelWindow.of(cutoff, experiment.leadTime(), priors.horizonDays(state), complete);
      ChurnLabel label = churn.label(history.events(), window);
      if (label == ChurnLabel.CHURNED || label == ChurnLabel.STAYED) {
        rows.add(
            new Snapshot(
                history.customerId(),
                cutoff,
                Features.of(state, cutoff, priors),
                label == ChurnLabel.CHURNED));
      }
    }
  }
}
