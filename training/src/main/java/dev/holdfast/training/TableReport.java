package dev.holdfast.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.activity.Feature;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.evaluation.Auc;
import dev.holdfast.evaluation.Interval;
import dev.holdfast.evaluation.Loss;
import dev.holdfast.evaluation.Predictions;
import dev.holdfast.evaluation.Scored;
import dev.holdfast.model.Evaluator;
import dev.holdfast.training.report.Report;
import dev.holdfast.training.report.ReportFacts;
import dev.holdfast.training.table.LabelledTable;
import dev.holdfast.training.table.TableEncoding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The card, the report and the metrics of a version that was trained on a table. */
final class TableReport {

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .findAndRegisterModules()
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .enable(SerializationFeature.INDENT_OUTPUT);

  private static final int SAMPLE = 300;
  private static final int EFFECT_POINTS = 9;
  private static final int MOST_SEGMENTS = 4;
  private static final int MOST_PARTS = 6;
  private static final int SMALLEST_PART = 50;

  private final String version;
  private final Experiment experiment;
  private final LabelledTable table;
  private final TableEncoding encoding;
  private final Rows rows;
  private final TableEvaluation evaluation;
  private final List<Trained> trained;
  private final Trained chosen;
  private final List<Candidate> all;
  private final GateVerdict gate;

  TableReport(
      String version,
      Experiment experiment,
      LabelledTable table,
      TableEncoding encoding,
      Rows rows,
      TableEvaluation evaluation,
      List<Trained> trained,
      Trained chosen,
      List<Candidate> all,
      GateVerdict gate) {
    this.version = version;
    this.experiment = experiment;
    this.table = table;
    this.encoding = encoding;
    this.rows = rows;
    this.evaluation = evaluation;
    this.trained = trained;
    this.chosen = chosen;
    this.all = all;
    this.gate = gate;
  }

  /** All three, by file name. */
  Map<String, byte[]> files() {
    Report report = Report.of(facts());
    return Map.of(
        "metrics.json", metrics(), "card.md", report.card(), "report.html", report.html());
  }

  private byte[] metrics() {
    List<Scored> scored = chosen.figures().scored();
    int rounds = experiment.gate().bootstrapRounds();
    ObjectNode root = JSON.createObjectNode();
    root.put("version", version);
    root.put("trainer", chosen.name());
    root.put("settings", chosen.settings());
    root.put("calibration", calibration());
    root.put("rows", table.table().size());
    root.put("features", encoding.schema().size());
    root.put("folds", table.source().folds());
    root.put("tableSha256", table.table().sha256OfFile());
    root.set(
        "auc", JSON.valueToTree(Interval.bootstrap(scored, rounds, experiment.seed(), Auc::of)));
    root.set(
        "logLoss",
        JSON.valueToTree(Interval.bootstrap(scored, rounds, experiment.seed(), Loss::log)));
    root.set("compared", JSON.valueToTree(all.stream().map(TrainingResult.Figures::of).toList()));
    root.set("meanOverFolds", JSON.valueToTree(evaluation.meanOverFolds()));
    root.set("findings", JSON.valueToTree(table.findings()));
    root.set("gate", JSON.valueToTree(gate));
    root.set("experiment", JSON.valueToTree(experiment));
    try {
      return JSON.writeValueAsBytes(root);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("plain records can be written", impossible);
    }
  }

  private String calibration() {
    return chosen.calibrator().kind().name().toLowerCase(Locale.ROOT);
  }

  private ReportFacts facts() {
    String label = table.source().label();
    String file = String.valueOf(table.table().path().getFileName());
    int folds = table.source().folds();
    GateVerdict.Rule leakage = TableRun.leakage(table);
    return new ReportFacts(
        version,
        new ReportFacts.Question(
            "customers in a table such as " + file,
            "has " + label + " = " + table.source().positive(),
            List.of(
                new ReportFacts.Entry("churn", label + " is " + table.source().positive()),
                new ReportFacts.Entry(
                    "time",
                    "the table does not say when its columns were known and when the customer"
                        + " left; the order of both is taken on trust"),
                new ReportFacts.Entry(
                    "tested on",
                    "every row, predicted by models made without its fold, one of "
                        + folds
                        + "; encoding, search and calibration anew in each"))),
        new ReportFacts.Verdict(
            gate.passed(),
            gate.text(),
            gate.rules().stream()
                .map(r -> new ReportFacts.Rule(r.name(), r.holds(), r.figures()))
                .toList()),
        List.of(setOfRows("all, learnt from"), setOfRows("all, each predicted by other folds")),
        null,
        candidates(),
        segments(),
        features(),
        List.of(),
        null,
        table.findings().stream()
            .map(f -> new ReportFacts.Finding(f.serious(), f.text(), ""))
            .toList(),
        List.of(new ReportFacts.Rule(leakage.name(), leakage.holds(), leakage.figures())),
        new ReportFacts.CalibrationChoice(
            calibration(),
            experiment.calibration() == Experiment.CalibrationKind.AUTO
                ? "The lowest log-loss on rows scored by a model that had not seen them."
                : "As the experiment asks.",
            chosen.calibrations()),
        trials(),
        List.of(
            new ReportFacts.Entry("experiment", experiment.name()),
            new ReportFacts.Entry("seed", Long.toString(experiment.seed())),
            new ReportFacts.Entry("table", file + ", sha256 " + table.table().sha256OfFile()),
            new ReportFacts.Entry(
                "libraries", "Tribuo " + org.tribuo.Tribuo.VERSION + ", XGBoost through it")),
        List.of(
            "It reads tables with the same columns, and no events: it is applied by holdfast"
                + " predict and cannot serve customers known by their events.",
            "For choosing whom to look after, by people who can say no; not for refusing a service"
                + " or setting a price.",
            "Folds of one table say nothing of a later time: a change of season, price or product"
                + " can break the figures.",
            "Reasons are associations, not causes.",
            "The model was chosen among several by the same predictions that its figures are of,"
                + " so they are slightly flattered."),
        experiment.gate().bootstrapRounds(),
        experiment.seed());
  }

  private ReportFacts.Rows setOfRows(String name) {
    long customers =
        java.util.stream.IntStream.range(0, rows.size())
            .mapToLong(rows::customer)
            .distinct()
            .count();
    return new ReportFacts.Rows(name, rows.size(), customers, rows.churnRate(), rows.size(), null);
  }

  private List<ReportFacts.Candidate> candidates() {
    List<ReportFacts.Candidate> candidates = new ArrayList<>();
    for (Candidate candidate : all) {
      ReportFacts.Kind kind =
          candidates.isEmpty()
              ? ReportFacts.Kind.CHOSEN
              : candidate.name().equals(TableEvaluation.RULE)
                  ? ReportFacts.Kind.NAIVE
                  : ReportFacts.Kind.TRAINED;
      candidates.add(
          new ReportFacts.Candidate(candidate.name(), kind, Predictions.of(candidate.scored())));
    }
    return candidates;
  }

  private List<ReportFacts.Trial> trials() {
    List<ReportFacts.Trial> trials = new ArrayList<>();
    for (Trained one : trained) {
      for (Search.Trial trial : one.trials()) {
        trials.add(
            new ReportFacts.Trial(
                one.name(),
                trial.settings(),
                trial.logLoss(),
                trial.settings().equals(one.settings())));
      }
    }
    return trials;
  }

  /** Parts of the customers by the categories that tell most, where they are few and not small. */
  private List<ReportFacts.Segment> segments() {
    List<ReportFacts.Segment> segments = new ArrayList<>();
    Set<String> divided = new HashSet<>();
    for (String column : table.columnsByRank()) {
      if (divided.size() == MOST_SEGMENTS || !table.isCategory(column)) {
        continue;
      }
      Map<String, List<Scored>> parts = new LinkedHashMap<>();
      // Rows of the table in the order in which the folds were pooled.
      int at = 0;
      for (int row : evaluation.order()) {
        parts
            .computeIfAbsent(table.table().text(column, row), p -> new ArrayList<>())
            .add(chosen.figures().scored().get(at++));
      }
      parts.values().removeIf(part -> part.size() < SMALLEST_PART);
      if (parts.size() < 2 || parts.size() > MOST_PARTS) {
        continue;
      }
      divided.add(column);
      parts.forEach(
          (name, part) ->
              segments.add(
                  new ReportFacts.Segment(
                      column, name.isEmpty() ? "not known" : name, Predictions.of(part))));
    }
    return segments;
  }

  /** Column by column: all features of a column tell one story. */
  private List<ReportFacts.Feature> features() {
    FeatureSchema schema = encoding.schema();
    Evaluator evaluator = Evaluator.of(chosen.fitted().files(), schema);
    Map<String, Double> importance = new LinkedHashMap<>();
    int[] sample = sample();
    for (int row : sample) {
      double[] contributions = evaluator.contributions(rows.features(row));
      Map<String, Double> sums = new HashMap<>();
      for (int j = 0; j < schema.size(); j++) {
        sums.merge(schema.features().get(j).family(), contributions[j], Double::sum);
      }
      sums.forEach(
          (family, sum) -> importance.merge(family, Math.abs(sum) / sample.length, Double::sum));
    }
    Map<String, Feature> first = new LinkedHashMap<>();
    schema.features().forEach(f -> first.putIfAbsent(f.family(), f));
    List<ReportFacts.Feature> features = new ArrayList<>();
    first.forEach(
        (family, feature) ->
            features.add(
                new ReportFacts.Feature(
                    family,
                    feature.plainWords().startsWith("sum of ") ? feature.plainWords() : family,
                    "-",
                    family,
                    switch (feature.direction()) {
                      case RISING -> ReportFacts.Bound.RAISES;
                      case FALLING -> ReportFacts.Bound.LOWERS;
                      case FROZEN -> ReportFacts.Bound.FREE;
                    },
                    importance.getOrDefault(family, 0.0),
                    null,
                    effect(family, evaluator, sample))));
    return features;
  }

  private int[] sample() {
    int n = Math.min(SAMPLE, rows.size());
    int[] sample = new int[n];
    for (int k = 0; k < n; k++) {
      sample[k] = (int) ((long) k * rows.size() / n);
    }
    return sample;
  }

  /** Mean risk of the sample if all had the same number in this column; empty for no number. */
  private List<ReportFacts.Effect> effect(String column, Evaluator evaluator, int[] sample) {
    String feature = encoding.numberFeatures().get(column);
    if (feature == null) {
      return List.of();
    }
    double[] sorted =
        Arrays.stream(rows.column(encoding.schema().indexOf(feature)))
            .filter(x -> !Double.isNaN(x))
            .sorted()
            .toArray();
    Set<Double> points = new LinkedHashSet<>();
    for (int k = 0; k < EFFECT_POINTS; k++) {
      double share = 0.02 + 0.96 * k / (EFFECT_POINTS - 1);
      points.add(sorted[(int) (share * (sorted.length - 1))]);
    }
    TableEncoding.Encoder encoder = encoding.of(table.table());
    float[] features = new float[encoding.schema().size()];
    List<ReportFacts.Effect> effect = new ArrayList<>();
    for (double value : points) {
      double sum = 0;
      for (int row : sample) {
        encoder.encode(row, features, column, (float) value);
        sum += chosen.calibrator().probability(evaluator.margin(features));
      }
      effect.add(new ReportFacts.Effect(value, sum / sample.length));
    }
    return effect;
  }
}
