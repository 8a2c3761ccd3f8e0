package dev.holdfast.training.uplift;

import dev.holdfast.evaluation.Interval;
import dev.holdfast.evaluation.Qini;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
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

  /**
   * What a learner is worth on customers it has not seen.
   *
   * @param learner for people
   * @param qini of its ranking, with its 95 percent interval
   */
  public record Candidate(String learner, Interval qini) {}

  private final boolean used;
  private final double average;
  private final double shrinkage;
  private final @Nullable Effect effect;
  private final List<Candidate> candidates;
  private final double[] outOfFold;
  private final String words;

  private UpliftModel(
      boolean used,
      double average,
      double shrinkage,
      @Nullable Effect effect,
      List<Candidate> candidates,
      double[] outOfFold,
      String words) {
    this.used = used;
    this.average = average;
    this.shrinkage = shrinkage;
    this.effect = effect;
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
      double difference = rate(trial, false) - rate(trial, true);
      return averageOnly(
          difference,
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
    double average = mean(scores);
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
      double average, List<Candidate> candidates, double[] outOfFold, String words) {
    return new UpliftModel(false, average, 0, null, candidates, outOfFold, words);
  }

  /** True if customers are told apart; false if all have the average effect. */
  public boolean used() {
    return used;
  }

  /** The average effect: churn without a contact less churn with one, in [-1, 1]. */
  public double average() {
    return average;
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
    return effect == null ? average : average + shrinkage * (effect.of(features) - average);
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

  private static double[] ofStrangers(UpliftLearner learner, Trial trial, int[] folds) {
    double[] said = new double[trial.size()];
    for (int f = 0; f < FOLDS; f++) {
      int held = f;
      Effect effect = learner.fit(trial.where(i -> folds[i] != held));
      for (int i = 0; i < said.length; i++) {
        if (folds[i] == held) {
          said[i] = effect.of(trial.features()[i]);
        }
      }
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

  private static double rate(Trial trial, boolean ofTreatment) {
    double churned = 0;
    for (int i = 0; i < trial.size(); i++) {
      churned += trial.treated()[i] == ofTreatment && trial.churned()[i] ? 1 : 0;
    }
    return churned / trial.count(ofTreatment);
  }
}
