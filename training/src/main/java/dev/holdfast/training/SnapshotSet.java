package dev.holdfast.training;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.ChurnDefinition;
import dev.holdfast.activity.ChurnLabel;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.activity.Features;
import dev.holdfast.activity.LabelWindow;
import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.activity.Priors;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Training and test snapshots of an experiment. Test: what followed the cut-off. Training: cut-offs
 * one spacing apart whose labels were complete before the first test cut-off. Training rows see the
 * population as known at the latest training cut-off: priors of the model's own cut-off, which the
 * test rows and the service use, have seen what the training rows are asked about.
 *
 * @param cutoff the model's cut-off
 * @param calendar by which silence and gaps are measured
 * @param priors of the population as known at the cut-off
 * @param learnt priors of the population as the training rows see it
 * @param training rows to learn from; recent ones weigh more
 * @param test rows to be judged by
 * @param history what it was all made of
 * @param windows of the training snapshots, from the earliest, without each customer's offset
 * @param tested window of the test snapshot
 * @param treated rows left out because the customer was contacted in the label window
 */
record SnapshotSet(
    Instant cutoff,
    OperationalCalendar calendar,
    Priors priors,
    Priors learnt,
    Rows training,
    Rows test,
    HistoryFacts history,
    List<Window> windows,
    Window tested,
    long treated) {

  /**
   * A snapshot of all customers.
   *
   * @param cutoff the last instant known
   * @param known when the last label was known
   */
  record Window(Instant cutoff, Instant known) {}

  /**
   * One snapshot as it is made.
   *
   * @param test true for a row to be judged by, false for one to learn from
   * @param state what was known at the cut-off; good until the next snapshot
   * @param weight how many customers it stands for, positive
   */
  record Snapshot(
      boolean test,
      long customer,
      Instant cutoff,
      ActivityState state,
      float[] features,
      boolean churned,
      double weight) {}

  /**
   * What is known of the snapshots of an experiment once they have all gone by.
   *
   * @param cutoff the model's cut-off
   * @param calendar by which silence and gaps are measured
   * @param priors of the population as known at the cut-off
   * @param learnt priors of the population as the training rows see it
   * @param history what they were made of
   * @param windows of the training snapshots
   * @param tested window of the test snapshot
   * @param treated snapshots left out because the customer was contacted in the label window
   */
  record Passed(
      Instant cutoff,
      OperationalCalendar calendar,
      Priors priors,
      Priors learnt,
      HistoryFacts history,
      List<Window> windows,
      Window tested,
      long treated) {}

  /**
   * Reads the histories in three passes, one customer in memory at a time.
   *
   * @throws IllegalStateException if the history is too short for a training and a test snapshot
   */
  static SnapshotSet of(
      Experiment experiment, HistorySource source, Exposures exposures, Consumer<String> progress) {
    return new Build(experiment, source, exposures, progress).set();
  }

  /**
   * Gives the snapshots away one by one and keeps none, in as many passes.
   *
   * @throws IllegalStateException if there are no events, or nobody had used the service by then
   */
  static Passed stream(
      Experiment experiment,
      HistorySource source,
      Exposures exposures,
      Consumer<String> progress,
      Consumer<Snapshot> sink) {
    return new Build(experiment, source, exposures, progress).pass(sink);
  }

  /**
   * The latest cut-off that the history allows.
   *
   * @throws IllegalStateException if there are no events
   */
  static Instant latest(Experiment experiment, HistorySource source) {
    return new Build(experiment, source, Exposures.none(), s -> {}).latest(HistoryFacts.of(source));
  }

  private static final class Build {

    private final Experiment experiment;
    private final HistorySource source;
    private final Exposures exposures;
    private final Consumer<String> progress;
    private final ChurnDefinition churn;
    private final Duration window;
    private final Duration spacing;
    private final Duration spread;
    private long treated;

    Build(
        Experiment experiment,
        HistorySource source,
        Exposures exposures,
        Consumer<String> progress) {
      this.experiment = experiment;
      this.source = source;
      this.exposures = exposures;
      this.progress = progress;
      this.churn = experiment.churnDefinition();
      this.window =
          experiment
              .leadTime()
              .plus(Duration.ofDays(Math.round(churn.longestHorizonDays()) + churn.settlingDays()));
      this.spacing = Duration.ofDays(experiment.snapshots().spacingDays());
      this.spread =
          experiment.snapshots().spread() ? spacing.minus(Duration.ofDays(1)) : Duration.ZERO;
    }

    SnapshotSet set() {
      Rows.Builder training = Rows.of(FeatureSchema.current());
      Rows.Builder test = Rows.of(FeatureSchema.current());
      Passed passed =
          pass(
              s ->
                  (s.test() ? test : training)
                      .add(s.customer(), s.cutoff(), s.features(), s.churned(), s.weight()));
      progress.accept(
          String.format(
              Locale.ROOT,
              "%,d training rows, %,d test rows, usual gap %.1f days",
              training.size(),
              test.size(),
              passed.priors().medianGapDays()));
      if (training.size() == 0 || test.size() == 0) {
        throw tooShort(training.size(), test.size(), passed.history(), passed.cutoff());
      }
      return new SnapshotSet(
          passed.cutoff(),
          passed.calendar(),
          passed.priors(),
          passed.learnt(),
          training.build(),
          test.build(),
          passed.history(),
          passed.windows(),
          passed.tested(),
          passed.treated());
    }

    Passed pass(Consumer<Snapshot> sink) {
      HistoryFacts history = HistoryFacts.of(source);
      Instant latest = latest(history);
      Instant complete = history.last().minus(experiment.lateness());
      Instant asked = experiment.snapshots().cutoff();
      Instant cutoff = asked != null ? asked : latest;
      progress.accept(
          String.format(
              Locale.ROOT,
              "%,d events of %,d customers, %s to %s; cut-off %s",
              history.events(),
              history.customers(),
              history.first(),
              history.last(),
              cutoff));
      if (cutoff.isBefore(history.first())) {
        throw tooShort(0, 0, history, cutoff);
      }
      List<Instant> cutoffs = cutoffs(history.first(), cutoff);
      List<Instant> all = new ArrayList<>(cutoffs);
      all.add(cutoff);
      Instant learnt = cutoffs.isEmpty() ? cutoff : cutoffs.get(cutoffs.size() - 1).minus(spread);
      OperationalCalendar calendar = Timing.of(experiment, source, learnt, progress);
      List<Priors> populations = priors(List.of(learnt, cutoff), calendar);
      Priors then = populations.get(0);
      Priors now = populations.get(1);

      source.forEach(customer -> collect(customer, all, calendar, then, now, complete, sink));
      return new Passed(
          cutoff,
          calendar,
          now,
          then,
          history,
          cutoffs.stream().map(c -> new Window(c, c.plus(window))).toList(),
          new Window(cutoff, cutoff.plus(window)),
          treated);
    }

    Instant latest(HistoryFacts history) {
      if (history.events() == 0) {
        throw new IllegalStateException(
            "there are no events to learn from; import a history first");
      }
      return history.last().minus(experiment.lateness()).minus(window).truncatedTo(ChronoUnit.DAYS);
    }

    private IllegalStateException tooShort(
        int training, int test, HistoryFacts history, Instant cutoff) {
      return new IllegalStateException(
          String.format(
              Locale.ROOT,
              "the history from %s to %s gives %d training rows and %d test rows: at a cut-off of"
                  + " %s it must start %d days earlier and end %d days later, and some customers"
                  + " must have used the service; choose another cut-off or a shorter horizon",
              history.first(),
              history.last(),
              training,
              test,
              cutoff,
              experiment.minimumHistoryDays() + window.toDays(),
              window.toDays()));
    }

    /** The training cut-offs without the customers' offsets, from the earliest. */
    private List<Instant> cutoffs(Instant first, Instant cutoff) {
      Instant earliest =
          first
              .truncatedTo(ChronoUnit.DAYS)
              .plus(Duration.ofDays(experiment.minimumHistoryDays()))
              .plus(spread);
      Instant latest = cutoff.minus(spread).minus(window).minus(experiment.lateness());
      List<Instant> cutoffs = new ArrayList<>();
      for (int k = experiment.snapshots().count() - 1; k >= 0; k--) {
        Instant at = latest.minus(spacing.multipliedBy(k));
        if (!at.isBefore(earliest)) {
          cutoffs.add(at);
        }
      }
      return cutoffs;
    }

    /** The population as known at these rising instants. */
    private List<Priors> priors(List<Instant> instants, OperationalCalendar calendar) {
      List<Priors.Fit> fits = instants.stream().map(at -> Priors.fit(churn)).toList();
      source.forEach(
          customer -> {
            Replay replay = new Replay(customer.events(), calendar);
            for (int k = 0; k < fits.size(); k++) {
              fits.get(k).add(replay.at(instants.get(k)), instants.get(k));
            }
          });
      List<Priors> priors = new ArrayList<>();
      for (int k = 0; k < fits.size(); k++) {
        try {
          priors.add(fits.get(k).fit());
        } catch (IllegalStateException nobody) {
          throw new IllegalStateException(
              "no customer had used the service by "
                  + instants.get(k)
                  + "; choose a later cut-off or fewer snapshots",
              nobody);
        }
      }
      return priors;
    }

    private void collect(
        CustomerHistory customer,
        List<Instant> cutoffs,
        OperationalCalendar calendar,
        Priors then,
        Priors now,
        Instant complete,
        Consumer<Snapshot> sink) {
      Duration offset = offset(customer.customerId());
      Replay replay = new Replay(customer.events(), calendar);
      int last = cutoffs.size() - 1;
      for (int k = 0; k <= last; k++) {
        Instant cutoff = cutoffs.get(k).minus(offset);
        Priors priors = k == last ? now : then;
        ActivityState state = replay.at(cutoff);
        if (!churn.eligible(state, cutoff)) {
          continue;
        }
        LabelWindow asked =
            LabelWindow.of(cutoff, experiment.leadTime(), priors.horizonDays(state), complete);
        ChurnLabel label = churn.label(customer.events(), asked);
        if (label != ChurnLabel.CHURNED && label != ChurnLabel.STAYED) {
          continue;
        }
        double weight = exposures.weight(customer.customerId(), cutoff, asked.end());
        if (weight == 0) {
          treated++;
          continue;
        }
        float[] features = Features.of(state, cutoff, priors);
        boolean churned = label == ChurnLabel.CHURNED;
        boolean test = k == last;
        double faded =
            test ? weight : weight * Math.pow(experiment.snapshots().fade(), last - 1 - k);
        sink.accept(
            new Snapshot(test, customer.customerId(), cutoff, state, features, churned, faded));
      }
    }

    private Duration offset(long customer) {
      return spread.isZero()
          ? Duration.ZERO
          : Duration.ofDays(Math.floorMod(Hash.of(customer), spacing.toDays()));
    }
  }
}
