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
