package dev.holdfast.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.evaluation.Auc;
import dev.holdfast.evaluation.Drift;
import dev.holdfast.evaluation.Interval;
import dev.holdfast.evaluation.Loss;
import dev.holdfast.evaluation.Predictions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * The file {@code metrics.json}: how good a version is, what it was compared with, what the gate
 * said, and what its features and risk looked like in training, by which drift is told later.
 */
final class Metrics {

  private static final int GROUPS = 10;
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .findAndRegisterModules()
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .enable(SerializationFeature.INDENT_OUTPUT);

  private final String version;
  private final Experiment experiment;
  private final SnapshotSet set;
  private final Trained chosen;
  private final List<Candidate> all;
  private final GateVerdict gate;

  Metrics(
      String version,
      Experiment experiment,
      SnapshotSet set,
      Trained chosen,
      List<Candidate> all,
      GateVerdict gate) {
    this.version = version;
    this.experiment = experiment;
    this.set = set;
    this.chosen = chosen;
    this.all = all;
    this.gate = gate;
  }

  /** The gate as the registry keeps it. */
  static String gateJson(GateVerdict gate) {
    return new String(write(gate), StandardCharsets.UTF_8);
  }

  byte[] json() {
    int rounds = experiment.gate().bootstrapRounds();
    Predictions predictions = Predictions.of(chosen.figures().scored());
    ObjectNode root = JSON.createObjectNode();
    root.put("version", version);
    root.put("cutoff", set.cutoff().toString());
    root.put("trainer", chosen.name());
    root.put("settings", chosen.settings());
    root.put("calibration", chosen.calibrator().kind().name().toLowerCase(Locale.ROOT));
    root.put("trainingRows", set.training().size());
    root.put("testRows", set.test().size());
    root.set(
        "auc",
        JSON.valueToTree(Interval.bootstrap(predictions, rounds, experiment.seed(), Auc::of)));
    root.set(
        "logLoss",
        JSON.valueToTree(Interval.bootstrap(predictions, rounds, experiment.seed(), Loss::log)));
    root.set("compared", JSON.valueToTree(all.stream().map(TrainingResult.Figures::of).toList()));
    root.set("gate", JSON.valueToTree(gate));
    root.set("experiment", JSON.valueToTree(experiment));
    reference(root.putObject("reference"));
    return write(root);
  }

  private void reference(ObjectNode reference) {
    Rows rows = set.test();
    double[] risk = chosen.fitted().margins(rows);
    for (int i = 0; i < risk.length; i++) {
      risk[i] = chosen.calibrator().probability(risk[i]);
    }
    groups(reference.putObject("risk"), risk);
    ObjectNode features = reference.putObject("features");
    for (int j = 0; j < rows.schema().size(); j++) {
      groups(features.putObject(rows.schema().features().get(j).name()), rows.column(j));
    }
  }

  private static void groups(ObjectNode node, double[] values) {
    double[] edges = Drift.edges(values, GROUPS);
    node.set("edges", JSON.valueToTree(edges));
    node.set("shares", JSON.valueToTree(Drift.shares(edges, values)));
  }

  private static byte[] write(Object value) {
    try {
      return JSON.writeValueAsBytes(value);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("plain records can be written", impossible);
    }
  }
}
