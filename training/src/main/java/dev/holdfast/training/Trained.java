package dev.holdfast.training;

import dev.holdfast.evaluation.Scored;
import dev.holdfast.model.Calibrator;
import dev.holdfast.model.ModelFolder;
import dev.holdfast.training.report.ReportFacts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One way of scoring that was learnt, calibrated, with its figures on the test rows.
 *
 * @param name for people
 * @param settings in words
 * @param fitted what was learnt
 * @param crossFitted margins of the training rows by models that have not seen their customers
 * @param calibrator chosen and fitted on the cross-fitted margins
 * @param calibrations the cross-fitted loss of each way to calibrate
 * @param trials of the search for settings; empty if there was none
 * @param figures on the test rows
 */
record Trained(
    String name,
    String settings,
    RiskTrainer.Fitted fitted,
    double[] crossFitted,
    Calibrator calibrator,
    List<ReportFacts.Option> calibrations,
    List<Search.Trial> trials,
    Candidate figures) {

  static final String BLEND = "monotone blend";

  private static final String BG_NBD = "bgnbd_logit";

  // Within this share of log-loss the simpler one wins.
  private static final double TIE = 0.005;

  /** All that an experiment asks for, the simpler first; the blend last. */
  static List<Trained> all(
      Experiment experiment, Rows rows, Rows test, Instant asOf, Consumer<String> progress) {
    List<String> names = experiment.features().of(rows.schema());
    List<List<RiskTrainer>> trainers = new ArrayList<>();
    if (experiment.logistic() != null) {
      trainers.add(Search.logistic(experiment.logistic(), names, rows.schema(), asOf));
    }
    if (experiment.boosting() != null) {
      trainers.add(Search.boosting(experiment.boosting(), names, experiment.seed(), asOf));
    }
    return all(experiment, trainers, rows, test, asOf, progress);
  }

  /** The best of each list of trainers, the simpler kind first; the blend last. */
  static List<Trained> all(
      Experiment experiment,
      List<List<RiskTrainer>> trainers,
      Rows rows,
      Rows test,
      Instant asOf,
      Consumer<String> progress) {
    int[] folds = CrossFit.folds(rows, experiment.seed());
    List<String> names = experiment.features().of(rows.schema());
    List<Trained> all = new ArrayList<>();
    List<Search.Found> found = new ArrayList<>();
    for (List<RiskTrainer> kind : trainers) {
      found.add(Search.best(kind, rows, folds, progress));
    }
    for (Search.Found one : found) {
      all.add(
          of(
              one.trainer().name(),
              one.trainer().words(),
              one.trainer().fit(rows),
              one.margins(),
              one.trials(),
              experiment,
              rows,
              test,
              folds));
    }
    if (experiment.blend() && (found.size() > 1 || names.contains(BG_NBD))) {
      all.add(blend(found, all, experiment, rows, test, names, asOf, folds));
    }
    for (Trained one : all) {
      progress.accept(
          String.format(
              Locale.ROOT,
              "%s: AUC %.4f, log-loss %.4f, calibration %s (%s)",
              one.name(),
              one.figures().auc(),
              one.figures().logLoss(),
              one.calibrator().kind(),
              one.settings()));
    }
    return all;
  }

  /** The weighted mean of the log-odds of all parts and of BG/NBD, which needs no labels. */
  private static Trained blend(
      List<Search.Found> found,
      List<Trained> trained,
      Experiment experiment,
      Rows rows,
      Rows test,
      List<String> names,
      Instant asOf,
      int[] folds) {
    List<double[]> parts = new ArrayList<>();
    found.forEach(one -> parts.add(one.margins()));
    int bgNbd = names.contains(BG_NBD) ? rows.schema().indexOf(BG_NBD) : -1;
    if (bgNbd >= 0) {
      parts.add(rows.column(bgNbd));
    }
    double[][] margins = parts.toArray(double[][]::new);
    double[] weights = CrossFit.bestWeights(margins, rows);
    double ofBgNbd = bgNbd >= 0 ? weights[weights.length - 1] : 0;

    StringBuilder words = new StringBuilder();
    Map<String, byte[]> files = new HashMap<>();
    double linear = ofBgNbd;
    double boosted = 0;
    RiskTrainer.Logistic logistic = null;
    for (int k = 0; k < found.size(); k++) {
      words.append(k == 0 ? "" : ", ");
      words.append(String.format(Locale.ROOT, "%.2f %s", weights[k], trained.get(k).name()));
      if (found.get(k).trainer() instanceof RiskTrainer.Logistic own) {
        linear += weights[k];
        logistic = own;
      } else {
        boosted = weights[k];
        if (boosted > 0) {
          files.putAll(trained.get(k).fitted().files());
        }
      }
    }
    if (bgNbd >= 0) {
      words.append(String.format(Locale.ROOT, ", %.2f BG/NBD", ofBgNbd));
    }
    if (linear > 0) {
      RiskTrainer.Logistic line =
          logistic == null ? new RiskTrainer.Logistic(1, names, asOf) : logistic;
      double share = 1 - ofBgNbd / linear;
      Map<String, byte[]> linearFiles = line.fit(rows, share, bgNbd);
      if (boosted > 0) {
        files.put("booster.pb", files.get("model.pb"));
        files.put("blend.json", ModelFolder.blendJson(linear, boosted));
      }
      files.putAll(linearFiles);
    }
    return of(
        BLEND,
        words.toString(),
        RiskTrainer.Fitted.of(files, rows.schema()),
        CrossFit.mean(margins, weights),
        List.of(),
        experiment,
        rows,
        test,
        folds);
  }

  private static Trained of(
      String name,
      String settings,
      RiskTrainer.Fitted fitted,
      double[] crossFitted,
      List<Search.Trial> trials,
      Experiment experiment,
      Rows rows,
      Rows test,
      int[] folds) {
    CalibrationFit calibrations = new CalibrationFit(crossFitted, rows, folds);
    Calibrator calibrator = calibrator(experiment, calibrations);
    double[] margins = fitted.margins(test);
    List<Scored> scored = new ArrayList<>(margins.length);
    for (int i = 0; i < margins.length; i++) {
      scored.add(
          new Scored(
              test.customer(i),
              calibrator.probability(margins[i]),
              test.churned(i),
              test.weight(i)));
    }
    return new Trained(
        name,
        settings,
        fitted,
        crossFitted,
        calibrator,
        calibrations.losses(),
        trials,
        Candidate.of(name, scored));
  }

  private static Calibrator calibrator(Experiment experiment, CalibrationFit fit) {
    return switch (experiment.calibration()) {
      case NONE -> Calibrator.none();
      case PLATT -> fit.fit(Calibrator.Kind.PLATT);
      case ISOTONIC -> fit.fit(Calibrator.Kind.ISOTONIC);
      case AUTO -> fit.fit(fit.best());
    };
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
