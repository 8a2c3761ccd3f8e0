package dev.holdfast.training.uplift;

import dev.holdfast.campaign.EffectFormula;
import dev.holdfast.evaluation.Interval;
import dev.holdfast.evaluation.Qini;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The effect of a contact on each customer, if the trial shows that it can be told; the average
 * effect on all of them if not.
 *
 * <p>S-, T-, X- and DR-learner say of each fold's customers what they learnt from the others; the
 * one with the largest Qini is chosen. It is used if the 95 percent interval of its Qini, by a
 * bootstrap over customers, lies above 0. Effects are then shrunken towards the average: {@code ATE
 * + s (tau - ATE)}, s the slope of the doubly robust scores on what the learner says of strangers,
 * within [0, 1].
 *
 * <p>The best of four is tested on the customers by whom it was chosen, so the interval is somewhat
 * too kind: where nobody differs, up to four of 40 such models may be used instead of one.
 */
public final class UpliftModel {

  /** Fewer of either arm tell nothing about single customers. */
  public static final int FEWEST_OF_AN_ARM = 1_000;

  private static final int FOLDS = 5;
  private static final int ROUNDS = 500;
  private static final double NORMAL_95 = 1.959964;

  /**
   * What a learner is worth on customers it has not seen.
   *
   * @param learner for people
   * @param qini of its ranking, with its 95 percent interval
   */
  public record Candidate(String learner, Interval qini) {}

  private final boolean used;
  private final Interval average;
  private final double shrinkage;
  private final @Nullable EffectFormula formula;
  private final List<Candidate> candidates;
  private final double[] outOfFold;
  private final String words;

  private UpliftModel(
      boolean used,
      Interval average,
      double shrinkage,
      @Nullable EffectFormula formula,
      List<Candidate> candidates,
      double[] outOfFold,
      String words) {
    this.used = used;
    this.average = average;
    this.shrinkage = shrinkage;
    this.formula = formula;
    this.candidates = candidates;
    this.outOfFold = outOfFold;
    this.words = words;
  }

  /**
   * Learns and chooses; the same trial and seed give the same model.
   *
   * @param trial in any order that the lot knows nothing of
   * @throws IllegalArgumentException if an arm is empty or the lots were drawn with several shares:
   *     who came before and after a change differ in more than the arm
   */
  public static UpliftModel learn(Trial trial, long seed) {
    double[] shares = Arrays.stream(trial.treatmentShare()).distinct().sorted().toArray();
    if (shares.length > 1) {
      throw new IllegalArgumentException(
          "effects are learnt from customers of one treatment share, had "
              + Arrays.toString(shares)
              + "; take those of one of them");
    }
    int contacted = trial.count(true);
    int heldOut = trial.count(false);
    if (contacted == 0 || heldOut == 0) {
      throw new IllegalArgumentException(
          "effects are learnt from customers of both arms, had "
              + contacted
              + " treated and "
              + heldOut
              + " held out");
    }
    if (Math.min(contacted, heldOut) < FEWEST_OF_AN_ARM) {
      return averageOnly(
          difference(trial),
          List.of(),
          new double[0],
          String.format(
              Locale.ROOT,
              "the average effect for everybody: %,d outcomes in the smaller arm, and telling"
                  + " customers apart takes %,d",
              Math.min(contacted, heldOut),
              FEWEST_OF_AN_ARM));
    }
    int[] folds = folds(trial.size(), seed);
    List<UpliftLearner> learners = UpliftLearner.all();
    List<double[]> said = new ArrayList<>();
    for (UpliftLearner learner : learners) {
      said.add(ofStrangers(learner, trial, folds));
    }
    boolean[] stayed = new boolean[trial.size()];
    for (int i = 0; i < stayed.length; i++) {
      stayed[i] = !trial.churned()[i];
    }
    List<Interval> qinis = new Qini(trial.treated(), stayed).intervals(said, ROUNDS, seed);
    List<Candidate> candidates = new ArrayList<>();
    int best = 0;
    for (int k = 0; k < learners.size(); k++) {
      candidates.add(new Candidate(learners.get(k).title(), qinis.get(k)));
      best = qinis.get(k).value() > qinis.get(best).value() ? k : best;
    }
    double[] scores = UpliftLearner.scores(trial);
    Interval average = mean95(scores);
    Candidate chosen = candidates.get(best);
    if (!(chosen.qini().low() > 0)) {
      return averageOnly(
          average,
          candidates,
          said.get(best),
          String.format(
              Locale.ROOT,
              "the average effect for everybody: the best ranking by effect (%s) may be chance,"
                  + " Qini %.4f (%.4f to %.4f)",
              chosen.learner(),
              chosen.qini().value(),
              chosen.qini().low(),
              chosen.qini().high()));
    }
    double shrinkage = slope(said.get(best), scores);
    return new UpliftModel(
        true,
        average,
        shrinkage,
        learners.get(best).fit(trial),
        candidates,
        said.get(best),
        String.format(
            Locale.ROOT,
            "effects by %s, Qini %.4f (%.4f to %.4f), drawn %.0f%% of the way to the average",
            chosen.learner(),
            chosen.qini().value(),
            chosen.qini().low(),
            chosen.qini().high(),
            100 * (1 - shrinkage)));
  }

  private static UpliftModel averageOnly(
      Interval average, List<Candidate> candidates, double[] outOfFold, String words) {
    return new UpliftModel(false, average, 0, null, candidates, outOfFold, words);
  }

  /** True if customers are told apart; false if all have the average effect. */
  public boolean used() {
    return used;
  }

  /**
   * The average effect, with its 95 percent interval: churn without a contact less churn with one,
   * in [-1, 1].
   */
  public Interval average() {
    return average;
  }

  /** The effect as the learner says it, before it is drawn to the average; empty if not used. */
  public Optional<EffectFormula> formula() {
    return Optional.ofNullable(formula);
  }

  /** How much of what the learner says beyond the average is kept, in [0, 1]. */
  public double shrinkage() {
    return shrinkage;
  }

  /** What was compared; empty if there were too few outcomes. */
  public List<Candidate> candidates() {
    return candidates;
  }

  /** What is used and why, for people. */
  public String words() {
    return words;
  }

  /**
   * What the best learner said of the trial's customers, each learnt from the others, used or not;
   * empty if there were too few outcomes.
   */
  public double[] outOfFold() {
    return outOfFold.clone();
  }

  /**
   * The effect on a customer.
   *
   * @param features in the order of the trial's names
   * @return churn without a contact less churn with one; the average if customers are not told
   *     apart
   */
  public double effect(double[] features) {
    double all = average.value();
    return formula == null ? all : all + shrinkage * (formula.of(features) - all);
  }

  private static int[] folds(int n, long seed) {
    int[] folds = new int[n];
    for (int i = 0; i < n; i++) {
      folds[i] = i % FOLDS;
    }
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = n - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = folds[i];
      folds[i] = folds[j];
      folds[j] = swapped;
    }
    return folds;
  }

  /**
   * What learners that have not seen a customer say of it. Each fold's learner has an average of
   * its own, by chance; taken together, the customers of a fold would be ranked by it. So it is
   * taken out, and the average of all folds put in.
   */
  private static double[] ofStrangers(UpliftLearner learner, Trial trial, int[] folds) {
    double[] said = new double[trial.size()];
    double[] sum = new double[FOLDS];
    int[] size = new int[FOLDS];
    for (int f = 0; f < FOLDS; f++) {
      int held = f;
      EffectFormula effect = learner.fit(trial.where(i -> folds[i] != held));
      for (int i = 0; i < said.length; i++) {
        if (folds[i] == held) {
          said[i] = effect.of(trial.features()[i]);
          sum[f] += said[i];
          size[f]++;
        }
      }
    }
    double all = mean(said);
    for (int i = 0; i < said.length; i++) {
      said[i] += all - sum[folds[i]] / size[folds[i]];
    }
    return said;
  }

  /** Least squares slope of the scores on what was said, within [0, 1]. */
  private static double slope(double[] said, double[] scores) {
    double meanSaid = mean(said);
    double meanScore = mean(scores);
    double covariance = 0;
    double variance = 0;
    for (int i = 0; i < said.length; i++) {
      covariance += (said[i] - meanSaid) * (scores[i] - meanScore);
      variance += (said[i] - meanSaid) * (said[i] - meanSaid);
    }
    return variance > 0 ? Math.max(0, Math.min(1, covariance / variance)) : 0;
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  /** A mean with its 95 percent interval. */
  private static Interval mean95(double[] values) {
    double mean = mean(values);
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return around(mean, Math.sqrt(squares / (values.length - 1) / values.length));
  }

  /** The difference of the arms' churn. */
  private static Interval difference(Trial trial) {
    double heldOut = rate(trial, false);
    double treated = rate(trial, true);
    return around(
        heldOut - treated,
        Math.sqrt(
            heldOut * (1 - heldOut) / trial.count(false)
                + treated * (1 - treated) / trial.count(true)));
  }

  private static Interval around(double value, double error) {
    return new Interval(value, value - NORMAL_95 * error, value + NORMAL_95 * error);
  }

  private static double rate(Trial trial, boolean ofTreatment) {
    double churned = 0;
    for (int i = 0; i < trial.size(); i++) {
      churned += trial.treated()[i] == ofTreatment && trial.churned()[i] ? 1 : 0;
    }
    return churned / trial.count(ofTreatment);
  }
}
