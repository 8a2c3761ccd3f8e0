package dev.holdfast.training;

import dev.holdfast.evaluation.Auc;
import dev.holdfast.evaluation.Scored;
import dev.holdfast.training.table.LabelledTable;
import dev.holdfast.training.table.TableEncoding;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Predictions of all rows of a table, each by models that were made without its fold: encoding,
 * search, calibration and blend are done anew in each, so that nothing of a row is known to what
 * predicts it.
 *
 * @param byName pooled over the folds; trainers first, the simpler first, then the rule without a
 *     model
 * @param meanOverFolds AUC and log-loss within each fold, averaged over the folds
 * @param order row of the table of each pooled prediction
 */
record TableEvaluation(
    Map<String, Candidate> byName, Map<String, Means> meanOverFolds, List<Integer> order) {

  static final String RULE = "best single column";

  /** A table has no time: all its rows are of one instant. */
  static final Instant NO_TIME = Instant.EPOCH;

  private static final double CLOSEST = 1e-6;

  /** Figures within folds, averaged. */
  record Means(double auc, double logLoss) {}

  /** Splits by this seed, trains and predicts. */
  static TableEvaluation of(
      Experiment experiment, LabelledTable table, long foldSeed, Consumer<String> progress) {
    int folds = table.source().folds();
    int[] fold = table.folds(folds, foldSeed);
    Map<String, List<Scored>> pooled = new LinkedHashMap<>();
    Map<String, Means> means = new LinkedHashMap<>();
    List<Integer> order = new ArrayList<>();
    for (int f = 0; f < folds; f++) {
      int held = f;
      int[] others = rows(fold, i -> fold[i] != held);
      TableEncoding encoding = table.encoding(others);
      Rows training = encode(table, encoding, others);
      int[] tested = rows(fold, i -> fold[i] == held);
      Rows test = encode(table, encoding, tested);
      Arrays.stream(tested).forEach(order::add);
      List<Candidate> candidates = new ArrayList<>();
      for (Trained trained :
          Trained.all(
              experiment, trainers(experiment, encoding), training, test, NO_TIME, line -> {})) {
        candidates.add(trained.figures());
      }
      progress.accept(
          String.format(
              Locale.ROOT,
              "fold %d of %d: log-loss %.4f by the %s",
              f + 1,
              folds,
              candidates.get(candidates.size() - 1).logLoss(),
              candidates.get(candidates.size() - 1).name()));
      candidates.add(rule(training, test));
      for (Candidate candidate : candidates) {
        pooled.computeIfAbsent(candidate.name(), n -> new ArrayList<>()).addAll(candidate.scored());
        means.merge(
            candidate.name(),
            new Means(candidate.auc() / folds, candidate.logLoss() / folds),
            (a, b) -> new Means(a.auc() + b.auc(), a.logLoss() + b.logLoss()));
      }
    }
    Map<String, Candidate> byName = new LinkedHashMap<>();
    pooled.forEach((name, scored) -> byName.put(name, Candidate.of(name, scored)));
    return new TableEvaluation(byName, means, order);
  }

  private static int[] rows(int[] fold, IntPredicate wanted) {
    return IntStream.range(0, fold.length).filter(wanted).toArray();
  }

  /** These rows of the table as features. */
  static Rows encode(LabelledTable table, TableEncoding encoding, int[] rows) {
    TableEncoding.Encoder encoder = encoding.of(table.table());
    Rows.Builder builder = Rows.of(encoding.schema());
    float[] features = new float[encoding.schema().size()];
    for (int row : rows) {
      encoder.encode(row, features);
      builder.add(table.customer(row), NO_TIME, features, table.churned(row), 1);
    }
    return builder.build();
  }

  /** The trainers that the experiment asks for, each with the features that are meant for it. */
  static List<List<RiskTrainer>> trainers(Experiment experiment, TableEncoding encoding) {
    List<List<RiskTrainer>> trainers = new ArrayList<>();
    if (experiment.logistic() != null) {
      List<String> names = experiment.features().of(encoding.schema());
      trainers.add(Search.logistic(experiment.logistic(), names, encoding.schema(), NO_TIME));
    }
    if (experiment.boosting() != null) {
      trainers.add(
          Search.boosting(
              experiment.boosting(), encoding.treeFeatures(), experiment.seed(), NO_TIME));
    }
    return trainers;
  }

  /** The feature that ranks the training rows best, as a line on the log-odds. */
  private static Candidate rule(Rows training, Rows test) {
    boolean[] churned = new boolean[training.size()];
    double[] weight = new double[churned.length];
    for (int i = 0; i < churned.length; i++) {
      churned[i] = training.churned(i);
      weight[i] = training.weight(i);
    }
    int best = 0;
    double sign = 1;
    double highest = 0;
    for (int j = 0; j < training.schema().size(); j++) {
      double auc = Auc.of(filled(training, j, training), churned);
      if (Math.max(auc, 1 - auc) > highest) {
        highest = Math.max(auc, 1 - auc);
        best = j;
        sign = auc >= 0.5 ? 1 : -1;
      }
    }
    double[] x = filled(training, best, training);
    for (int i = 0; i < x.length; i++) {
      x[i] *= sign;
    }
    LogisticLine line = LogisticLine.fit(x, churned, weight);
    double[] of = filled(test, best, training);
    List<Scored> scored = new ArrayList<>();
    for (int i = 0; i < of.length; i++) {
      double p = 1 / (1 + Math.exp(-(line.slope() * sign * of[i] + line.intercept())));
      scored.add(
          new Scored(
              test.customer(i),
              Math.min(1 - CLOSEST, Math.max(CLOSEST, p)),
              test.churned(i),
              test.weight(i)));
    }
    return Candidate.of(RULE, scored);
  }

  /** A column with the mean of {@code known} where it is missing. */
  static double[] filled(Rows rows, int column, Rows known) {
    double sum = 0;
    int n = 0;
    for (int i = 0; i < known.size(); i++) {
      double x = known.value(i, column);
      if (!Double.isNaN(x)) {
        sum += x;
        n++;
      }
    }
    double mean = n == 0 ? 0 : sum / n;
    double[] values = rows.column(column);
    for (int i = 0; i < values.length; i++) {
      values[i] = Double.isNaN(values[i]) ? mean : values[i];
    }
    return values;
  }
}
