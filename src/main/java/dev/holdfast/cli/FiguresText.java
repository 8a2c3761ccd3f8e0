package dev.holdfast.cli;

import dev.holdfast.evaluation.Interval;
import dev.holdfast.training.Backtest;
import dev.holdfast.training.TrainingResult;
import java.util.List;
import java.util.Locale;

/** Figures of models as tables for a terminal. */
final class FiguresText {

  private FiguresText() {}

  static void print(List<TrainingResult.Figures> all) {
    System.out.printf(
        "%-38s %8s %7s %9s %7s %7s %7s %7s %7s%n",
        "", "rows", "AUC", "log-loss", "Brier", "lift", "O/E", "slope", "ECE10");
    for (TrainingResult.Figures figures : all) {
      System.out.printf(
          Locale.ROOT,
          "%-38s %8d %7.4f %9.4f %7.4f %7.2f %7.3f %7.3f %7.3f%n",
          figures.name(),
          figures.rows(),
          figures.auc(),
          figures.logLoss(),
          figures.brier(),
          figures.liftAtTenth(),
          figures.observedToExpected(),
          figures.slope(),
          figures.error10());
    }
  }

  static void printDifferences(List<Backtest.Difference> differences) {
    if (differences.isEmpty()) {
      return;
    }
    System.out.printf(
        "%-38s %-30s %-30s %s%n",
        "the chosen model less", "log-loss, 95 % interval", "AUC, 95 % interval", "better in");
    for (Backtest.Difference one : differences) {
      System.out.printf(
          Locale.ROOT,
          "%-38s %-30s %-30s %.0f %%%n",
          one.rival(),
          interval(one.difference().logLoss()),
          interval(one.difference().auc()),
          100 * one.difference().better());
    }
  }

  static String interval(Interval interval) {
    return String.format(
        Locale.ROOT, "%+.4f (%+.4f to %+.4f)", interval.value(), interval.low(), interval.high());
  }
}
