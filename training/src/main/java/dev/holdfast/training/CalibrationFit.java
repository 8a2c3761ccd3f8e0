package dev.holdfast.training;

import dev.holdfast.model.Calibrator;
import dev.holdfast.training.report.ReportFacts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Fits and chooses calibrations on margins of rows that the model had not seen.
 *
 * @param margin log-odds of a model trained without the row's customer
 * @param seen what happened, and the weights
 * @param fold 0 to {@link CrossFit#FOLDS} - 1, the same for all rows of a customer
 */
record CalibrationFit(double[] margin, Rows seen, int[] fold) {

  // An isotonic step needs this many rows to mean something.
  private static final int ROWS_A_STEP = 200;
  private static final int CHURNED_FOR_STEPS = 2_000;
  private static final double WORTH_A_CALIBRATION = 1e-3;

  /** The kind of lowest cross-fitted log-loss; a simpler one wins within a thousandth. */
  Calibrator.Kind best() {
    Calibrator.Kind best = Calibrator.Kind.NONE;
    double lowest = crossFittedLoss(best);
    for (Calibrator.Kind kind : candidates()) {
      double loss = crossFittedLoss(kind);
      if (loss < lowest * (1 - WORTH_A_CALIBRATION)) {
        best = kind;
        lowest = loss;
      }
    }
    return best;
  }

  /** The cross-fitted log-loss of each kind that may be chosen. */
  List<ReportFacts.Option> losses() {
    List<ReportFacts.Option> losses = new ArrayList<>();
    losses.add(new ReportFacts.Option("none", crossFittedLoss(Calibrator.Kind.NONE)));
    for (Calibrator.Kind kind : candidates()) {
      losses.add(
          new ReportFacts.Option(kind.name().toLowerCase(Locale.ROOT), crossFittedLoss(kind)));
    }
    return losses;
  }

  /** Steps need many who churned to mean something; a line does not. */
  private List<Calibrator.Kind> candidates() {
    int churned = 0;
    for (int i = 0; i < seen.size(); i++) {
      churned += seen.churned(i) ? 1 : 0;
    }
    return churned < CHURNED_FOR_STEPS
        ? List.of(Calibrator.Kind.PLATT)
        : List.of(Calibrator.Kind.PLATT, Calibrator.Kind.ISOTONIC);
  }

  private double crossFittedLoss(Calibrator.Kind kind) {
    double sum = 0;
    double weights = 0;
    for (int f = 0; f < CrossFit.FOLDS; f++) {
      int held = f;
      Calibrator calibrator = fit(kind, rows(i -> fold[i] != held));
      for (int i : rows(i -> fold[i] == held)) {
        double p = calibrator.probability(margin[i]);
        sum -= seen.weight(i) * Math.log(seen.churned(i) ? p : 1 - p);
        weights += seen.weight(i);
      }
    }
    return sum / weights;
  }

  private int[] rows(IntPredicate wanted) {
    return IntStream.range(0, margin.length).filter(wanted).toArray();
  }

  /** A calibration of this kind, fitted on all rows. */
  Calibrator fit(Calibrator.Kind kind) {
    return fit(kind, rows(i -> true));
  }

  private Calibrator fit(Calibrator.Kind kind, int[] rows) {
    return switch (kind) {
      case NONE -> Calibrator.none();
      case PLATT -> platt(rows);
      case ISOTONIC -> isotonic(rows);
    };
  }

  private Calibrator platt(int[] rows) {
    double[] x = Arrays.stream(rows).mapToDouble(i -> margin[i]).toArray();
    boolean[] y = new boolean[rows.length];
    double[] weight = new double[rows.length];
    for (int k = 0; k < rows.length; k++) {
      y[k] = seen.churned(rows[k]);
      weight[k] = seen.weight(rows[k]);
    }
    LogisticLine line = LogisticLine.fit(x, y, weight);
    // A flat line would make all customers equal; this slope keeps their order.
    return Calibrator.platt(Math.max(1e-3, line.slope()), line.intercept());
  }

  private record Step(double margins, double churned, double weight) {
    double rate() {
      return churned / weight;
    }

    Step join(Step other) {
      return new Step(margins + other.margins, churned + other.churned, weight + other.weight);
    }
  }

  /** Pool adjacent violators over steps of at least 200 rows, joined at their mean margins. */
  private Calibrator isotonic(int[] rows) {
    Integer[] order = Arrays.stream(rows).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparingDouble(i -> margin[i]));
    List<Step> steps = new ArrayList<>();
    int from = 0;
    while (from < order.length) {
      int to = Math.min(order.length, from + ROWS_A_STEP);
      if (order.length - to < ROWS_A_STEP) {
        to = order.length;
      }
      Step step = new Step(0, 0, 0);
      for (int k = from; k < to; k++) {
        double w = seen.weight(order[k]);
        step = step.join(new Step(w * margin[order[k]], seen.churned(order[k]) ? w : 0, w));
      }
      steps.add(step);
      while (steps.size() > 1
          && steps.get(steps.size() - 1).rate() <= steps.get(steps.size() - 2).rate()) {
        Step last = steps.remove(steps.size() - 1);
        steps.set(steps.size() - 1, steps.get(steps.size() - 1).join(last));
      }
      from = to;
    }
    List<double[]> points = new ArrayList<>();
    for (Step step : steps) {
      double at = step.margins() / step.weight();
      if (points.isEmpty() || at > points.get(points.size() - 1)[0]) {
        // Half a row each way: no step is certain.
        points.add(new double[] {at, (step.churned() + 0.5) / (step.weight() + 1)});
      }
    }
    double[] x = points.stream().mapToDouble(p -> p[0]).toArray();
    double[] y = points.stream().mapToDouble(p -> p[1]).toArray();
    for (int i = 1; i < y.length; i++) {
      y[i] = Math.max(y[i], y[i - 1]);
    }
    return Calibrator.isotonic(x, y);
  }
}
