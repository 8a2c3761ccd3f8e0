package dev.holdfast.training;

import dev.holdfast.evaluation.Scored;
import dev.holdfast.model.Calibrator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One trainer's model, calibrated, with its figures on the test rows.
 *
 * @param trainer which way
 * @param fitted what was learnt
 * @param calibrator chosen and fitted on cross-fitted margins of the training rows
 * @param figures on the test rows
 */
record Trained(
    RiskTrainer trainer, RiskTrainer.Fitted fitted, Calibrator calibrator, Candidate figures) {

  // Within this share of log-loss the simpler trainer wins.
  private static final double TIE = 0.005;

  /** The trainers that an experiment asks for, the simpler first. */
  static List<RiskTrainer> trainers(Experiment experiment, SnapshotSet set) {
    List<RiskTrainer> trainers = new ArrayList<>();
    if (experiment.logistic() != null) {
      trainers.add(new RiskTrainer.Logistic(experiment.logistic().c(), set.cutoff()));
    }
    if (experiment.boosting() != null) {
      trainers.add(
          new RiskTrainer.Boosting(experiment.boosting(), experiment.seed(), set.cutoff()));
    }
    return trainers;
  }

  /** Trains, cross-fits the calibration by customer, and measures. */
  static Trained of(
      RiskTrainer trainer, Experiment experiment, SnapshotSet set, Consumer<String> progress) {
    Calibrator calibrator = calibrator(trainer, experiment, set.training());
    RiskTrainer.Fitted fitted = trainer.fit(set.training());
    List<Scored> scored = new ArrayList<>();
    for (Snapshot row : set.test()) {
      double p = calibrator.probability(fitted.margin().applyAsDouble(row.features()));
      scored.add(new Scored(row.customer(), p, row.churned()));
    }
    Candidate figures = Candidate.of(trainer.name(), scored);
    progress.accept(
        String.format(
            Locale.ROOT,
            "%s: AUC %.4f, log-loss %.4f, calibration %s",
            trainer.name(),
            figures.auc(),
            figures.logLoss(),
            calibrator.kind()));
    return new Trained(trainer, fitted, calibrator, figures);
  }

  private static Calibrator calibrator(
      RiskTrainer trainer, Experiment experiment, List<Snapshot> rows) {
    if (experiment.calibration() == Experiment.CalibrationKind.NONE) {
      return Calibrator.none();
    }
    CalibrationFit fit = crossFit(trainer, experiment.seed(), rows);
    return switch (experiment.calibration()) {
      case PLATT -> fit.fit(Calibrator.Kind.PLATT);
      case ISOTONIC -> fit.fit(Calibrator.Kind.ISOTONIC);
      default -> fit.fit(fit.best());
    };
  }

  /** Margins of each row by a model that has not seen its customer. */
  private static CalibrationFit crossFit(RiskTrainer trainer, long seed, List<Snapshot> rows) {
    double[] margin = new double[rows.size()];
    boolean[] churned = new boolean[rows.size()];
    int[] fold = new int[rows.size()];
    for (int i = 0; i < rows.size(); i++) {
      churned[i] = rows.get(i).churned();
      fold[i] = CalibrationFit.foldOf(rows.get(i).customer(), seed);
    }
    for (int f = 0; f < CalibrationFit.FOLDS; f++) {
      List<Snapshot> others = new ArrayList<>();
      for (int i = 0; i < fold.length; i++) {
        if (fold[i] != f) {
          others.add(rows.get(i));
        }
      }
      RiskTrainer.Fitted fitted = trainer.fit(others);
      for (int i = 0; i < fold.length; i++) {
        if (fold[i] == f) {
          margin[i] = fitted.margin().applyAsDouble(rows.get(i).features());
        }
      }
    }
    return new CalibrationFit(margin, churned, fold);
  }

  /** The one of lowest log-loss on the test rows; within half a percent the simpler. */
  static Trained best(List<Trained> simplerFirst) {
    Trained best = simplerFirst.get(0);
    for (Trained next : simplerFirst) {
      if (next.figures().logLoss() < best.figures().logLoss() * (1 - TIE)) {
        best = next;
      }
    }
    return best;
  }

  /** The files of the evaluator and its calibration. */
  Map<String, byte[]> files() {
    Map<String, byte[]> files = new HashMap<>(fitted.files());
    files.put("calibration.json", calibrator.toJson());
    return files;
  }
}
