package dev.holdfast.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.evaluation.Interval;
import dev.holdfast.evaluation.Scored;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The card, the report and the metrics of a version: the same figures for three readers. */
final class ModelReport {

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .findAndRegisterModules()
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .enable(SerializationFeature.INDENT_OUTPUT);
  private static final int GROUPS = 10;

  private final String version;
  private final Experiment experiment;
  private final SnapshotSet set;
  private final Trained chosen;
  private final List<Candidate> all;
  private final GateVerdict gate;
  private final Interval auc;
  private final Interval logLoss;

  ModelReport(
      String version,
      Experiment experiment,
      SnapshotSet set,
      Trained chosen,
      List<Candidate> all,
      GateVerdict gate,
      Interval auc,
      Interval logLoss) {
    this.version = version;
    this.experiment = experiment;
    this.set = set;
    this.chosen = chosen;
    this.all = all;
    this.gate = gate;
    this.auc = auc;
    this.logLoss = logLoss;
  }

  /** The gate as the registry keeps it. */
  static String gateJson(GateVerdict gate) {
    return new String(json(gate), StandardCharsets.UTF_8);
  }

  byte[] metricsJson() {
    ObjectNode root = JSON.createObjectNode();
    root.put("version", version);
    root.put("cutoff", set.cutoff().toString());
    root.put("trainer", chosen.name());
    root.put("calibration", chosen.calibrator().kind().name().toLowerCase(Locale.ROOT));
    root.put("trainingRows", set.training().size());
    root.put("testRows", set.test().size());
    root.set("auc", JSON.valueToTree(auc));
    root.set("logLoss", JSON.valueToTree(logLoss));
    root.set("compared", JSON.valueToTree(all.stream().map(TrainingResult.Figures::of).toList()));
    root.set("gate", JSON.valueToTree(gate));
    root.set("experiment", JSON.valueToTree(experiment));
    return json(root);
  }

  byte[] card() {
    StringBuilder card = new StringBuilder();
    card.append("# ").append(version).append("\n\n");
    card.append("Gives the probability that a customer will not use the service within ");
    card.append(horizonWords()).append(" of the instant asked about, by ");
    card.append(chosen.name()).append(".\n\n");
    card.append("Gate: ").append(gate.text()).append("\n\n## How it was made\n\n");
    card.append("- learnt from ").append(set.training().size());
    card.append(" snapshots of customers, each as known at its cut-off, ");
    card.append(format("churn %.1f %%", 100 * set.training().churnRate())).append('\n');
    card.append("- judged on ").append(set.test().size()).append(" snapshots at cut-off ");
    card.append(set.cutoff()).append(", after all labels it learnt from, ");
    card.append(format("churn %.1f %%", 100 * set.test().churnRate())).append('\n');
    card.append("- calibration: ")
        .append(chosen.calibrator().kind().name().toLowerCase(Locale.ROOT));
    card.append(
        experiment.calibration() == Experiment.CalibrationKind.AUTO
            ? ", chosen on training rows by cross-fitting over customers"
            : ", as the experiment asks");
    card.append("\n- seed ");
    card.append(experiment.seed());
    card.append("; the settings are in metrics.json\n\n## How good it is\n\n");
    card.append(
        "| | AUC | log-loss | Brier | lift at 10 % | observed/expected | slope | ECE10 |\n");
    card.append("|---|---|---|---|---|---|---|---|\n");
    for (Candidate c : all) {
      card.append("| ").append(c.name()).append(' ');
      card.append(
          format(
              "| %.4f | %.4f | %.4f | %.2f | %.3f | %.3f | %.3f |\n",
              c.auc(),
              c.logLoss(),
              c.brier(),
              c.liftAtTenth(),
              c.calibration().observedToExpected(),
              c.calibration().slope(),
              c.calibration().error10()));
    }
    card.append(
        format(
            "\n95 %% intervals by resampling customers: AUC %.4f to %.4f, log-loss %.4f to %.4f.\n",
            auc.low(), auc.high(), logLoss.low(), logLoss.high()));
    card.append("\n## What the gate asked\n\n");
    for (GateVerdict.Rule rule : gate.rules()) {
      card.append("- ").append(rule.holds() ? "holds" : "DOES NOT HOLD").append(": ");
      card.append(rule.name()).append(" (").append(rule.figures()).append(")\n");
    }
    card.append("\n## Use and limits\n\n");
    card.append(
        "For choosing whom to look after, by people who can say no. Not for refusing a service or"
            + " setting a price. Reasons are associations, not causes. The figures hold for times"
            + " like the test's; a change of season, price or product can break them. The model that"
            + " was chosen among several was chosen on the test rows, so its figures are slightly"
            + " flattered.\n");
    return card.toString().getBytes(StandardCharsets.UTF_8);
  }

  byte[] html() {
    StringBuilder page = new StringBuilder();
    page.append("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>");
    page.append(version).append("</title><style>body{font:16px/1.5 system-ui;max-width:60rem;");
    page.append(
        "margin:2rem auto;padding:0 1rem}table{border-collapse:collapse}td,th{padding:.2rem");
    page.append(
        " .7rem;border-bottom:1px solid #ccc;text-align:right}td:first-child,th:first-child");
    page.append("{text-align:left}</style><h1>").append(version).append("</h1><p>Gate: ");
    page.append(escape(gate.text())).append("</p><h2>Against the alternatives</h2><p>");
    page.append(format("%,d test snapshots at %s.", set.test().size(), set.cutoff()));
    page.append("</p><table><tr><th></th><th>AUC</th><th>log-loss</th><th>Brier</th>");
    page.append("<th>lift at 10 %</th><th>observed/expected</th><th>slope</th></tr>");
    for (Candidate c : all) {
      page.append("<tr><td>").append(escape(c.name()));
      page.append(
          format(
              "</td><td>%.4f</td><td>%.4f</td><td>%.4f</td><td>%.2f</td><td>%.3f</td><td>%.3f</td></tr>",
              c.auc(),
              c.logLoss(),
              c.brier(),
              c.liftAtTenth(),
              c.calibration().observedToExpected(),
              c.calibration().slope()));
    }
    page.append(
        "</table><h2>Do the probabilities come true?</h2><p>Ten groups of equal size, from");
    page.append(" the lowest risk to the highest.</p><table><tr><th>Group</th><th>customers</th>");
    page.append("<th>predicted</th><th>churned</th></tr>");
    List<Scored> sorted =
        chosen.figures().scored().stream()
            .sorted(Comparator.comparingDouble(Scored::probability))
            .toList();
    for (int g = 0; g < GROUPS; g++) {
      List<Scored> group =
          sorted.subList(sorted.size() * g / GROUPS, sorted.size() * (g + 1) / GROUPS);
      page.append(
          format(
              "<tr><td>%d</td><td>%d</td><td>%.1f %%</td><td>%.1f %%</td></tr>",
              g + 1,
              group.size(),
              100 * group.stream().mapToDouble(Scored::probability).average().orElse(0),
              100.0 * group.stream().filter(Scored::churned).count() / Math.max(1, group.size())));
    }
    page.append("</table></html>\n");
    return page.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** All three, by file name. */
  Map<String, byte[]> files() {
    return Map.of("metrics.json", metricsJson(), "card.md", card(), "report.html", html());
  }

  private String horizonWords() {
    var fixed = experiment.churnDefinition().fixed();
    return fixed.isPresent()
        ? fixed.getAsInt() + " days"
        : "three of the customer's usual gaps (14 to 90 days)";
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static byte[] json(Object value) {
    try {
      return JSON.writeValueAsBytes(value);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("plain records can be written", impossible);
    }
  }
}
