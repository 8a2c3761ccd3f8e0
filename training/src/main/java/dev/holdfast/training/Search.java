package dev.holdfast.training;

import dev.holdfast.activity.FeatureSchema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
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
   * @param trainer which way of learning
   * @param settings in words
   * @param logLoss cross-fitted, on the training rows
   */
  record Trial(String trainer, String settings, double logLoss) {}

  /**
   * What the search found.
   *
   * @param trainer with the best settings
   * @param margins of the training rows, cross-fitted
   * @param trials all, in the order in which they were tried
   */
  record Found(RiskTrainer trainer, double[] margins, List<Trial> trials) {}

  // Silence, rate, trend, length of the history and usual gap: not value, rhythm or contacts.
  private static final Set<String> EVERY_HISTORY_HAS =
      Set.of("silence", "rate", "trend", "history");

  private Search() {}

  /** The best of these trainers; the earliest of those that the data can hardly tell from it. */
  static Found best(List<RiskTrainer> trainers, Rows rows, int[] folds, Consumer<String> progress) {
    List<Found> found = new ArrayList<>();
    List<Trial> trials = new ArrayList<>();
    double lowest = Double.POSITIVE_INFINITY;
    for (RiskTrainer trainer : trainers) {
      double[] margins = CrossFit.margins(trainer, rows, folds);
      double loss = CrossFit.logLoss(margins, rows);
      lowest = Math.min(lowest, loss);
      trials.add(new Trial(trainer.name(), trainer.words(), loss));
      found.add(new Found(trainer, margins, trials));
      if (trainers.size() > 1) {
        progress.accept(
            String.format(
                Locale.ROOT,
                "%s, trial %d of %d: cross-fitted log-loss %.4f with %s",
                trainer.name(),
                trials.size(),
                trainers.size(),
                loss,
                trainer.words()));
      }
    }
    for (int i = 0; i < trials.size(); i++) {
      if (trials.get(i).logLoss() <= lowest * (1 + CrossFit.TIE)) {
        return found.get(i);
      }
    }
    throw new IllegalArgumentException("a search needs at least one trainer");
  }

  /**
   * The regressions to try: for each strength with the few features that every history has and with
   * all; the strengths closest to the one asked for first.
   */
  static List<RiskTrainer> logistic(
      Experiment.Logistic settings, List<String> names, FeatureSchema schema, Instant asOf) {
    List<String> few =
        names.stream()
            .filter(
                name ->
                    name.equals("mean_gap")
                        || EVERY_HISTORY_HAS.contains(
                            schema.features().get(schema.indexOf(name)).family()))
            .toList();
    boolean both = !few.isEmpty() && few.size() < names.size();
    int trials = settings.search() == null ? 1 : settings.search().trials();
    List<RiskTrainer> trainers = new ArrayList<>();
    for (int i = 0; trainers.size() < trials; i++) {
      // One dimension needs no dice: tenfold steps to either side, the weaker ridge first.
      double c = settings.c() * Math.pow(10, i % 2 == 0 ? -i / 2 : (i + 1) / 2);
      if (both && trials > 1) {
        trainers.add(new RiskTrainer.Logistic(c, few, asOf));
      }
      if (trainers.size() < trials) {
        trainers.add(new RiskTrainer.Logistic(c, names, asOf));
      }
    }
    return trainers;
  }

  /** The boosters to try: the one asked for, then seeded draws within the bounds. */
  static List<RiskTrainer> boosting(
      Experiment.Boosting settings, List<String> names, long seed, Instant asOf) {
    List<RiskTrainer> trainers = new ArrayList<>();
    trainers.add(new RiskTrainer.Boosting(settings, names, seed, asOf));
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
      trainers.add(new RiskTrainer.Boosting(drawn, names, seed, asOf));
    }
    return trainers;
  }

  private static double logUniform(SplittableRandom random, double low, double high) {
    return low * Math.pow(high / low, random.nextDouble());
  }
}
