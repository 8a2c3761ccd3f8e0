package dev.holdfast.training;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Bounded random search: the settings that the experiment names and seeded draws around them, each
 * judged by its cross-fitted log-loss on the training rows. The test rows are never looked at.
 */
final class Search {

  /**
   * One trial.
   *
   * @param settings in words
   * @param logLoss cross-fitted, on the training rows
   */
  record Trial(String settings, double logLoss) {}

  /**
   * What the search found.
   *
   * @param trainer with the best settings
   * @param margins of the training rows, cross-fitted
   * @param trials all, in the order in which they were tried
   */
  record Found(RiskTrainer trainer, double[] margins, List<Trial> trials) {}

  private Search() {}

  /** The best of these trainers; the earlier one on a tie. */
  static Found best(List<RiskTrainer> trainers, Rows rows, int[] folds, Consumer<String> progress) {
    Found best = null;
    double lowest = Double.POSITIVE_INFINITY;
    List<Trial> trials = new ArrayList<>();
    for (RiskTrainer trainer : trainers) {
      double[] margins = CrossFit.margins(trainer, rows, folds);
      double loss = CrossFit.logLoss(margins, rows);
      trials.add(new Trial(trainer.words(), loss));
      if (trainers.size() > 1) {
        progress.accept(
            String.format(
                java.util.Locale.ROOT,
                "%s, trial %d of %d: cross-fitted log-loss %.4f with %s",
                trainer.name(),
                trials.size(),
                trainers.size(),
                loss,
                trainer.words()));
      }
      if (best == null || loss < lowest) {
        best = new Found(trainer, margins, trials);
        lowest = loss;
      }
    }
    if (best == null) {
      throw new IllegalArgumentException("a search needs at least one trainer");
    }
    return new Found(best.trainer(), best.margins(), List.copyOf(trials));
  }

  /** The regressions to try: the one asked for, then strengths spread evenly on the logarithm. */
  static List<RiskTrainer> logistic(Experiment.Logistic settings, Instant asOf) {
    List<RiskTrainer> trainers = new ArrayList<>();
    trainers.add(new RiskTrainer.Logistic(settings.c(), asOf));
    int trials = settings.search() == null ? 1 : settings.search().trials();
    for (int i = 1; i < trials; i++) {
      // One dimension needs no dice: from 1e-4 to 10.
      double share = trials == 2 ? 0.5 : (i - 1) / (trials - 2.0);
      trainers.add(new RiskTrainer.Logistic(Math.pow(10, -4 + 5 * share), asOf));
    }
    return trainers;
  }

  /** The boosters to try: the one asked for, then seeded draws within the bounds. */
  static List<RiskTrainer> boosting(Experiment.Boosting settings, long seed, Instant asOf) {
    List<RiskTrainer> trainers = new ArrayList<>();
    trainers.add(new RiskTrainer.Boosting(settings, seed, asOf));
    int trials = settings.search() == null ? 1 : settings.search().trials();
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 1; i < trials; i++) {
      Experiment.Boosting drawn =
          new Experiment.Boosting(
              random.nextInt(60, 401),
              logUniform(random, 0.015, 0.15),
              random.nextInt(2, 7),
              logUniform(random, 2, 100),
              logUniform(random, 0.3, 30),
              0.5 + 0.5 * random.nextDouble(),
              0.4 + 0.6 * random.nextDouble(),
              null);
      trainers.add(new RiskTrainer.Boosting(drawn, seed, asOf));
    }
    return trainers;
  }

  private static double logUniform(SplittableRandom random, double low, double high) {
    return low * Math.pow(high / low, random.nextDouble());
  }
}
