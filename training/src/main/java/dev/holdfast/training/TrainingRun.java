package dev.holdfast.training;

import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.evaluation.Predictions;
import dev.holdfast.model.ChurnModel;
import dev.holdfast.model.ModelFolder;
import dev.holdfast.model.ModelTrust;
import dev.holdfast.training.report.Report;
import dev.holdfast.training.report.ReportFacts;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Trains a model version from histories and writes it as a signed folder. The same experiment on
 * the same histories gives the same version.
 */
public final class TrainingRun {

  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("yyyyMMdd").withZone(ZoneOffset.UTC);

  private final Experiment experiment;
  private final HistorySource source;
  private final Exposures exposures;
  private final Consumer<String> progress;

  /**
   * A run that has not started.
   *
   * @param exposures what campaigns decided about the customers
   * @param progress told in plain words how far the run is
   */
  public TrainingRun(
      Experiment experiment, HistorySource source, Exposures exposures, Consumer<String> progress) {
    this.experiment = experiment;
    this.source = source;
    this.exposures = exposures;
    this.progress = progress;
  }

  /**
   * Trains, measures, judges, signs and writes.
   *
   * @param models folder below which the version is written
   * @param trust signs it
   * @throws IllegalStateException if the history is too short
   */
  public TrainingResult run(Path models, ModelTrust trust) {
    SnapshotSet set = SnapshotSet.of(experiment, source, exposures, progress);
    Learnable.require(set, progress);
    List<Trained> trained =
        Trained.all(experiment, set.training(), set.test(), set.cutoff(), progress);
    Trained chosen = Trained.best(trained);
    List<Candidate> rivals = Rivals.of(set);
    List<Candidate> references = References.of(experiment, set);
    progress.accept("looking for leakage");
    GateVerdict gate =
        Gate.judge(
            experiment,
            chosen.figures(),
            rivals,
            Leakage.check(set, source, References.plainest(experiment, set), experiment.seed()));

    Map<String, byte[]> files = new HashMap<>(chosen.files());
    files.put("priors.json", ModelFolder.priorsJson(set.priors()));
    files.put("features.json", ModelFolder.featuresJson(FeatureSchema.current()));
    files.put(Provenance.FILE, Provenance.of(experiment, set).toJson());
    String version = experiment.name() + "-" + DAY.format(set.cutoff()) + "-" + contentHash(files);
    List<Candidate> all = new ArrayList<>();
    List<ReportFacts.Candidate> shown = new ArrayList<>();
    add(ReportFacts.Kind.CHOSEN, List.of(chosen.figures()), all, shown);
    add(
        ReportFacts.Kind.TRAINED,
        trained.stream().filter(t -> t != chosen).map(Trained::figures).toList(),
        all,
        shown);
    add(ReportFacts.Kind.NAIVE, rivals, all, shown);
    add(ReportFacts.Kind.REFERENCE, references, all, shown);
    progress.accept("writing the report");
    Report report =
        Report.of(
            new ReportOfRun(experiment, set, chosen)
                .facts(version, shown, trained, gate, source, provenance(set)));
    files.put("report.html", report.html());
    files.put("card.md", report.card());
    files.put("metrics.json", new Metrics(version, experiment, set, chosen, all, gate).json());
    Map<String, byte[]> signed = ModelFolder.sign(version, files, trust);
    // Proof that what was written can be served, before anybody is told of it.
    ChurnModel.load(signed, trust);
    Path folder = ModelFolder.write(models, version, signed);
    progress.accept("model " + version + ", gate " + gate.text());
    return new TrainingResult(
        version,
        folder,
        signed,
        all.stream().map(TrainingResult.Figures::of).toList(),
        gate,
        Metrics.gateJson(gate));
  }

  private static void add(
      ReportFacts.Kind kind,
      List<Candidate> candidates,
      List<Candidate> all,
      List<ReportFacts.Candidate> shown) {
    for (Candidate candidate : candidates) {
      all.add(candidate);
      shown.add(
          new ReportFacts.Candidate(candidate.name(), kind, Predictions.of(candidate.scored())));
    }
  }

  private Map<String, String> provenance(SnapshotSet set) {
    Map<String, String> entries = new LinkedHashMap<>();
    entries.put("experiment", experiment.name());
    entries.put("seed", Long.toString(experiment.seed()));
    entries.put("cut-off", set.cutoff().toString());
    entries.put("SHA-256 of the history", set.history().sha256());
    entries.put("calendar", set.calendar().version());
    entries.put("feature schema", Integer.toString(FeatureSchema.current().version()));
    entries.put("Tribuo", org.tribuo.Tribuo.VERSION);
    entries.put("Java", System.getProperty("java.vm.vendor") + " " + Runtime.version());
    entries.put("threads", Integer.toString(MonotoneBoostingTrainer.THREADS));
    return entries;
  }

  /**
   * Trains at several cut-offs and measures each on what followed; writes nothing.
   *
   * @param cutoffs at least one
   * @return for each trainer and rival its figures, averaged over the cut-offs; rows are summed
   */
  public List<TrainingResult.Figures> evaluate(List<Instant> cutoffs) {
    Map<String, List<TrainingResult.Figures>> byName = new LinkedHashMap<>();
    for (Instant cutoff : cutoffs) {
      Experiment here = experiment.at(cutoff);
      SnapshotSet set = SnapshotSet.of(here, source, exposures, progress);
      List<Candidate> all = new ArrayList<>();
      Trained.all(here, set.training(), set.test(), set.cutoff(), progress).stream()
          .map(Trained::figures)
          .forEach(all::add);
      all.addAll(Rivals.of(set));
      all.addAll(References.of(here, set));
      for (Candidate candidate : all) {
        byName
            .computeIfAbsent(candidate.name(), n -> new ArrayList<>())
            .add(TrainingResult.Figures.of(candidate));
      }
    }
    return byName.values().stream().map(TrainingRun::mean).toList();
  }

  /** The mean of each figure; rows are summed. */
  static TrainingResult.Figures mean(List<TrainingResult.Figures> figures) {
    double n = figures.size();
    int rows = 0;
    double[] sums = new double[7];
    for (TrainingResult.Figures f : figures) {
      rows += f.rows();
      double[] values = {
        f.auc(),
        f.logLoss(),
        f.brier(),
        f.liftAtTenth(),
        f.observedToExpected(),
        f.slope(),
        f.error10()
      };
      for (int i = 0; i < sums.length; i++) {
        sums[i] += values[i] / n;
      }
    }
    return new TrainingResult.Figures(
        figures.get(0).name(), rows, sums[0], sums[1], sums[2], sums[3], sums[4], sums[5], sums[6]);
  }

  /** First 8 hexadecimal digits over the files that decide a score. */
  static String contentHash(Map<String, byte[]> files) {
    MessageDigest sha256;
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
    new TreeMap<>(files)
        .forEach(
            (name, content) -> {
              if (!name.equals("model.pb")) {
                sha256.update(name.getBytes(StandardCharsets.UTF_8));
                sha256.update(content);
              }
            });
    return HexFormat.of().formatHex(sha256.digest(), 0, 4);
  }
}
