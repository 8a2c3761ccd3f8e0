package dev.holdfast.training;

import dev.holdfast.model.ModelFolder;
import dev.holdfast.model.ModelTrust;
import dev.holdfast.training.table.LabelledTable;
import dev.holdfast.training.table.TableEncoding;
import dev.holdfast.training.table.TableModel;
import dev.holdfast.training.table.TableSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Trains a model version from a table with one row a customer. Without time there is no later to
 * test on: the rows are split into folds, and every row is predicted by models that were made
 * without its fold. The version itself learns from all rows. The same experiment on the same file
 * gives the same version.
 *
 * <p>Such a version is applied to other tables by {@link TableModel}. It does not read events and
 * so is not registered to serve.
 */
public final class TableRun {

  private TableRun() {}

  /**
   * Trains, measures, judges, signs and writes.
   *
   * @param models folder below which the version is written
   * @param trust signs it
   * @param progress told in plain words how far the run is
   * @throws IllegalArgumentException if the experiment does not learn from a table
   * @throws dev.holdfast.event.file.UnusableFile if the table cannot be learnt from; the message
   *     says where and what to do
   */
  public static TrainingResult train(
      Experiment experiment, Path models, ModelTrust trust, Consumer<String> progress) {
    LabelledTable table = read(experiment, progress);
    TableEvaluation evaluation = TableEvaluation.of(experiment, table, experiment.seed(), progress);

    progress.accept("learning from all " + table.table().size() + " rows");
    TableEncoding encoding = table.encoding(IntStream.range(0, table.table().size()).toArray());
    Rows rows =
        TableEvaluation.encode(table, encoding, IntStream.range(0, table.table().size()).toArray());
    List<Trained> trained = new ArrayList<>();
    for (Trained one :
        Trained.all(
            experiment,
            TableEvaluation.trainers(experiment, encoding),
            rows,
            rows,
            TableEvaluation.NO_TIME,
            line -> {})) {
      // On its own training rows a model flatters itself: its figures are those of the folds.
      Candidate honest = evaluation.byName().getOrDefault(one.name(), one.figures());
      trained.add(
          new Trained(
              one.name(),
              one.settings(),
              one.fitted(),
              one.crossFitted(),
              one.calibrator(),
              one.calibrations(),
              one.trials(),
              honest));
    }
    Trained chosen = Trained.best(trained);
    List<Candidate> all = new ArrayList<>();
    all.add(chosen.figures());
    trained.stream().filter(t -> t != chosen).map(Trained::figures).forEach(all::add);
    List<Candidate> rivals =
        evaluation.byName().values().stream()
            .filter(c -> c.name().equals(TableEvaluation.RULE))
            .toList();
    all.addAll(rivals);
    GateVerdict gate = Gate.judge(experiment, chosen.figures(), rivals, List.of(leakage(table)));

    Map<String, byte[]> files = new HashMap<>(chosen.files());
    files.put("table.json", encoding.toJson());
    files.put("features.json", ModelFolder.featuresJson(encoding.schema()));
    String version = experiment.name() + "-" + TrainingRun.contentHash(files);
    files.putAll(
        new TableReport(
                version, experiment, table, encoding, rows, evaluation, trained, chosen, all, gate)
            .files());
    Map<String, byte[]> signed = ModelFolder.sign(version, files, trust);
    requireSame(signed, trust, table, chosen, rows);
    Path folder = ModelFolder.write(models, version, signed);
    progress.accept("model " + version + ", gate " + gate.text());
    progress.accept(
        "it was trained on a table and reads no events: apply it by holdfast predict; it is not"
            + " registered to serve");
    return new TrainingResult(
        version,
        folder,
        signed,
        all.stream().map(TrainingResult.Figures::of).toList(),
        gate,
        Metrics.gateJson(gate));
  }

  /**
   * Splits, trains and measures several times, each time into other folds; writes nothing.
   *
   * @param repetitions 1 or more; the folds of the first are those of {@link #train}
   * @return for each trainer and the rule without a model its figures over all rows, averaged over
   *     the repetitions; rows are summed
   */
  public static List<TrainingResult.Figures> evaluate(
      Experiment experiment, int repetitions, Consumer<String> progress) {
    if (repetitions < 1) {
      throw new IllegalArgumentException("repetitions must be 1 or more, were " + repetitions);
    }
    LabelledTable table = read(experiment, progress);
    Map<String, List<TrainingResult.Figures>> byName = new LinkedHashMap<>();
    for (int r = 0; r < repetitions; r++) {
      TableEvaluation.of(experiment, table, experiment.seed() + r, progress)
          .byName()
          .forEach(
              (name, candidate) ->
                  byName
                      .computeIfAbsent(name, n -> new ArrayList<>())
                      .add(TrainingResult.Figures.of(candidate)));
    }
    return byName.values().stream().map(TrainingResult.Figures::mean).toList();
  }

  private static LabelledTable read(Experiment experiment, Consumer<String> progress) {
    TableSource source = experiment.table();
    if (source == null) {
      throw new IllegalArgumentException(
          "the experiment "
              + experiment.name()
              + " has no data.table; give one with path, label and positive");
    }
    LabelledTable table = LabelledTable.read(source);
    progress.accept(source.path() + ": " + table.table().size() + " customers");
    table.findings().forEach(f -> progress.accept((f.serious() ? "  warning: " : "  ") + f.text()));
    return table;
  }

  /** What the table was asked before anything was learnt; it was refused unless this holds. */
  static GateVerdict.Rule leakage(LabelledTable table) {
    String strongest =
        table.columnsByRank().stream()
            .filter(column -> !table.source().acknowledged().contains(column))
            .findFirst()
            .orElse("");
    return new GateVerdict.Rule(
        "no single column with AUC above " + LabelledTable.LEAKING_AUC,
        true,
        strongest.isEmpty()
            ? "every column is acknowledged"
            : String.format(Locale.ROOT, "%s %.3f", strongest, table.aloneAuc(strongest)));
  }

  /** Proof that the files say of each row what was measured in memory, before they are written. */
  private static void requireSame(
      Map<String, byte[]> signed,
      ModelTrust trust,
      LabelledTable table,
      Trained chosen,
      Rows rows) {
    double[] read = TableModel.of(signed, trust).probabilities(table.table());
    double[] margins = chosen.fitted().margins(rows);
    for (int i = 0; i < read.length; i++) {
      double own = chosen.calibrator().probability(margins[i]);
      if (read[i] != own) {
        throw new IllegalStateException(
            "the version read from its files gives "
                + read[i]
                + " for line "
                + table.table().line(i)
                + ", in memory it gave "
                + own);
      }
    }
  }
}
