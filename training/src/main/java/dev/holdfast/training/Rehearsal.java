package dev.holdfast.training;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.ChurnDefinition;
import dev.holdfast.activity.ChurnLabel;
import dev.holdfast.activity.Features;
import dev.holdfast.activity.LabelWindow;
import dev.holdfast.activity.Priors;
import dev.holdfast.evaluation.Auc;
import dev.holdfast.evaluation.Scored;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * One training as {@link TrainingRun} does it, of which nothing is written: for studies, which ask
 * the model more than a version's report tells.
 */
public final class Rehearsal {

  private final Experiment experiment;
  private final HistorySource source;
  private final SnapshotSet set;
  private final Trained chosen;
  private final List<Candidate> rivals;

  /**
   * Predictions of one way of scoring on the test rows.
   *
   * @param name for people
   * @param scored one row for each customer of the test snapshot, in the same order for every way
   */
  public record Scoring(String name, List<Scored> scored) {
    private static Scoring of(Candidate candidate) {
      return new Scoring(candidate.name(), candidate.scored());
    }
  }

  private Rehearsal(
      Experiment experiment,
      HistorySource source,
      SnapshotSet set,
      Trained chosen,
      List<Candidate> rivals) {
    this.experiment = experiment;
    this.source = source;
    this.set = set;
    this.chosen = chosen;
    this.rivals = rivals;
  }

  /**
   * Trains and chooses.
   *
   * @param exposures what campaigns decided about the customers
   * @param progress told in plain words how far the training is
   * @throws IllegalStateException if the history is too short
   */
  public static Rehearsal of(
      Experiment experiment, HistorySource source, Exposures exposures, Consumer<String> progress) {
    SnapshotSet set = SnapshotSet.of(experiment, source, exposures, progress);
    List<Trained> trained =
        Trained.all(experiment, set.training(), set.test(), set.cutoff(), progress);
    return new Rehearsal(experiment, source, set, Trained.best(trained), Rivals.of(set));
  }

  /** The model's cut-off. */
  public Instant cutoff() {
    return set.cutoff();
  }

  /** The population as known at the cut-off; part of the model. */
  public Priors priors() {
    return set.priors();
  }

  /** Number of rows that were learnt from. */
  public int trainingRows() {
    return set.training().size();
  }

  /** The rows that were left out because the customer was contacted in the label window. */
  public long treated() {
    return set.treated();
  }

  /** The model that would be served, on the test rows. */
  public Scoring chosen() {
    return Scoring.of(chosen.figures());
  }

  /** The rules that need no model, on the same rows. */
  public List<Scoring> rivals() {
    return rivals.stream().map(Scoring::of).toList();
  }

  /** What the gate says of the model. */
  public GateVerdict gate() {
    return Gate.judge(
        experiment,
        chosen.figures(),
        rivals,
        Leakage.check(set, source, References.plainest(experiment, set), experiment.seed()));
  }

  /**
   * The calibrated probability of churn that the model would serve, in (0, 1).
   *
   * @param at not before the newest event of the state
   */
  public double risk(ActivityState state, Instant at) {
    return risk(state, at, set.priors());
  }

  private double risk(ActivityState state, Instant at, Priors priors) {
    return chosen
        .calibrator()
        .probability(chosen.fitted().margin().applyAsDouble(Features.of(state, at, priors)));
  }

  /**
   * What the model says at an instant of the customers of a source, be they those it learnt from or
   * others, and what became of them. Customers of whom churn is not asked at the instant are left
   * out, and so are those whose label is not known. The model sees the population as it does when
   * it serves; at an instant before its cut-off as its training rows did.
   *
   * @param complete up to where all events are known
   */
  public List<Scored> judged(HistorySource source, Instant at, Instant complete) {
    ChurnDefinition churn = experiment.churnDefinition();
    Priors priors = at.isBefore(set.cutoff()) ? set.learnt() : set.priors();
    List<Scored> scored = new ArrayList<>();
    source.forEach(
        customer -> {
          ActivityState state = new Replay(customer.events(), set.calendar()).at(at);
          if (!churn.eligible(state, at)) {
            return;
          }
          LabelWindow asked =
              LabelWindow.of(at, experiment.leadTime(), priors.horizonDays(state), complete);
          ChurnLabel label = churn.label(customer.events(), asked);
          if (label == ChurnLabel.CHURNED || label == ChurnLabel.STAYED) {
            scored.add(
                new Scored(
                    customer.customerId(), risk(state, at, priors), label == ChurnLabel.CHURNED));
          }
        });
    return scored;
  }

  /**
   * How well the trainers rank when there is nothing to learn: the outcomes of the training rows
   * are dealt out anew, and all is learnt again. Each margin is by a model that has not seen the
   * row's customer. Compared within folds, for pooled folds of a model without knowledge rank below
   * chance: the base rate of the others is high where that of the fold is low.
   *
   * @return mean AUC over the folds against the outcomes dealt out, by name of the trainer
   */
  public Map<String, Double> aucWithoutKnowledge(long seed) {
    Rows rows = set.training();
    boolean[] dealt = new boolean[rows.size()];
    for (int i = 0; i < dealt.length; i++) {
      dealt[i] = rows.churned(i);
    }
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = dealt.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      boolean swapped = dealt[i];
      dealt[i] = dealt[j];
      dealt[j] = swapped;
    }
    Rows shuffled = rows.withOutcomes(dealt);
    int[] folds = CrossFit.folds(rows, experiment.seed());
    Map<String, Double> aucs = new LinkedHashMap<>();
    for (Trained one : Trained.all(experiment, shuffled, set.test(), set.cutoff(), line -> {})) {
      double sum = 0;
      for (int f = 0; f < CrossFit.FOLDS; f++) {
        int fold = f;
        int[] own = IntStream.range(0, folds.length).filter(i -> folds[i] == fold).toArray();
        double[] margins = new double[own.length];
        boolean[] outcomes = new boolean[own.length];
        for (int k = 0; k < own.length; k++) {
          margins[k] = one.crossFitted()[own[k]];
          outcomes[k] = dealt[own[k]];
        }
        sum += Auc.of(margins, outcomes);
      }
      aucs.put(one.name(), sum / CrossFit.FOLDS);
    }
    return aucs;
  }
}
