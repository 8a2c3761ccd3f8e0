package dev.holdfast.training.report;

import dev.holdfast.evaluation.Economics;
import dev.holdfast.evaluation.PairedDifference;
import dev.holdfast.evaluation.Profit;
import dev.holdfast.evaluation.Reliability;
import java.util.ArrayList;
import java.util.List;

/** The facts in prose and tables, for who reads text: the page without its drawings. */
final class Card {

  private final ReportFacts facts;
  private final Figures figures;
  private final StringBuilder out = new StringBuilder();

  Card(ReportFacts facts, Figures figures) {
    this.facts = facts;
    this.figures = figures;
  }

  String markdown() {
    out.append("# ").append(escape(facts.version())).append("\n\n");
    paragraph(Words.question(facts));
    out.append("**").append(escape(Words.verdict(facts))).append("** ");
    paragraph(facts.verdict().text());
    bullets(Words.summary(facts, figures));
    if (!facts.question().terms().isEmpty()) {
      heading("What was predicted from what");
      entries(facts.question().terms());
    }
    rows();
    quality();
    calibration();
    if (facts.economics() != null) {
      money(facts.economics());
    }
    model();
    silence();
    if (!facts.verdict().rules().isEmpty()) {
      heading("What the gate asked");
      rules(facts.verdict().rules());
    }
    if (!facts.leakageChecks().isEmpty()) {
      heading("Leakage");
      rules(facts.leakageChecks());
    }
    if (!facts.findings().isEmpty()) {
      heading("What was found in the data");
      bullets(
          facts.findings().stream()
              .map(
                  f ->
                      (f.serious() ? "LOOK INTO IT: " : "")
                          + f.text()
                          + (f.figures().isEmpty() ? "" : " (" + f.figures() + ")"))
              .toList());
    }
    trials();
    if (!facts.provenance().isEmpty()) {
      heading("How to make it again");
      entries(facts.provenance());
    }
    if (!facts.limits().isEmpty()) {
      heading("Limits");
      bullets(facts.limits());
    }
    return out.toString();
  }

  private void rows() {
    heading("What it learnt from and was tested on");
    ReportFacts.Timeline timeline = facts.timeline();
    if (timeline != null) {
      bullets(
          List.of(
              "events from "
                  + Numbers.day(timeline.from())
                  + " to "
                  + Numbers.day(timeline.until()),
              timeline.training().size()
                  + " training snapshots, cut-offs "
                  + String.join(
                      ", ",
                      timeline.training().stream().map(w -> Numbers.day(w.cutoff())).toList()),
              "test at cut-off "
                  + timeline.test().cutoff()
                  + ", outcomes known on "
                  + Numbers.day(timeline.test().known())));
    }
    table(
        List.of("set", "rows", "customers", "churned", "effective rows", "weights"),
        1,
        facts.rows().stream()
            .map(
                r ->
                    List.of(
                        r.name(),
                        Numbers.count(r.rows()),
                        Numbers.count(r.customers()),
                        Numbers.percent(r.churnRate(), 1),
                        Numbers.count(r.effectiveSize()),
                        r.weights() == null ? "all 1" : r.weights()))
            .toList());
  }

  private void quality() {
    heading("How good it is");
    List<String> head =
        new ArrayList<>(
            List.of(
                "",
                "kind",
                "AUC",
                "avg. precision",
                "log-loss",
                "Brier",
                "lift at 10 %",
                "observed/expected",
                "slope",
                "ECE10"));
    if (facts.economics() != null) {
      head.add("EMPC");
    }
    List<List<String>> rows = new ArrayList<>();
    for (Figures.Line line : figures.of()) {
      List<String> row =
          new ArrayList<>(
              List.of(
                  line.candidate().name(),
                  Words.kind(line.candidate().kind()),
                  Numbers.fixed(line.auc(), 4),
                  Numbers.fixed(line.averagePrecision(), 4),
                  Numbers.fixed(line.logLoss(), 4),
                  Numbers.fixed(line.brier(), 4),
                  Numbers.fixed(line.lift(), 2),
                  Numbers.fixed(line.calibration().observedToExpected(), 3),
                  Numbers.fixed(line.calibration().slope(), 3),
                  Numbers.fixed(line.calibration().error10(), 3)));
      if (line.empc() != null) {
        row.add(Numbers.fixed(line.empc().profit(), 2));
      }
      rows.add(row);
    }
    table(head, 2, rows);
    paragraph(
        "95 % intervals by redrawing customers: AUC "
            + Words.interval(figures.auc(), 4)
            + ", log-loss "
            + Words.interval(figures.logLoss(), 4)
            + ".");
    if (!figures.others().isEmpty()) {
      paragraph("The model less each rival, both on the same redrawn customers:");
      table(
          List.of(
              "against", "log-loss", "95 % interval", "better in draws", "AUC", "95 % interval"),
          1,
          figures.others().stream().map(Card::difference).toList());
    }
  }

  private static List<String> difference(Figures.Line line) {
    PairedDifference d = line.against();
    return List.of(
        line.candidate().name(),
        Numbers.signed(d.logLoss().value(), 4),
        Words.signedInterval(d.logLoss(), 4),
        Numbers.percent(d.better(), 0),
        Numbers.signed(d.auc().value(), 4),
        Words.signedInterval(d.auc(), 4));
  }

  private void calibration() {
    heading("Whether its probabilities come true");
    table(
        List.of("predicted", "observed", "95 % interval", "rows"),
        0,
        figures.reliability().stream().map(Card::bin).toList());
    if (!figures.segments().isEmpty()) {
      table(
          List.of("segment", "rows", "predicted", "observed", "observed/expected", "95 % interval"),
          1,
          figures.segments().stream()
              .map(
                  s ->
                      List.of(
                          s.segment().by() + ": " + s.segment().name(),
                          Numbers.count(s.segment().predictions().size()),
                          Numbers.percent(s.predicted(), 1),
                          Numbers.percent(s.observed(), 1),
                          s.ratio().map(r -> Numbers.fixed(r.value(), 2)).orElse("\u2013"),
                          s.ratio().map(r -> Words.interval(r, 2)).orElse("too few to tell")))
              .toList());
    }
    ReportFacts.CalibrationChoice choice = facts.calibration();
    if (choice != null) {
      paragraph("Calibration in use: " + choice.chosen() + ". " + choice.how());
      if (!choice.options().isEmpty()) {
        table(
            List.of("calibration", "cross-fitted log-loss"),
            1,
            choice.options().stream()
                .map(o -> List.of(o.name(), Numbers.fixed(o.logLoss(), 4)))
                .toList());
      }
    }
  }

  private static List<String> bin(Reliability.Bin bin) {
    return List.of(
        Numbers.percent(bin.predicted(), 1),
        Numbers.percent(bin.observed(), 1),
        Numbers.percent(bin.low(), 1) + " to " + Numbers.percent(bin.high(), 1),
        Numbers.count(bin.rows()));
  }

  private void money(Economics economics) {
    heading("What it is worth");
    Profit.Point best = Profit.best(figures.chosen().candidate().predictions(), economics);
    paragraph(
        "Best share to contact "
            + Numbers.percent(best.share(), 1)
            + ", "
            + Numbers.fixed(best.profit(), 2)
            + " a customer. Assumed, not measured: value of a customer kept "
            + Numbers.brief(economics.customerValue())
            + ", offer "
            + Numbers.brief(economics.offer())
            + ", contact "
            + Numbers.brief(economics.contact())
            + ", share of contacted churners who stay Beta("
            + Numbers.brief(economics.alpha())
            + ", "
            + Numbers.brief(economics.beta())
            + "). A contact pays from a risk of "
            + Numbers.percent(economics.breakEvenRisk(), 1)
            + " up.");
  }

  private void model() {
    if (facts.features().isEmpty()) {
      return;
    }
    heading("What moves the risk");
    paragraph("Importance is the mean size of a contribution to the log-odds of churn.");
    table(
        List.of("feature", "name", "unit", "family", "a larger value", "importance", "weight"),
        5,
        ModelSections.byImportance(facts.features()).stream().map(Card::feature).toList());
  }

  private void silence() {
    if (facts.silences().isEmpty()) {
      return;
    }
    heading("How risk rises in silence");
    double longest =
        facts.silences().stream()
            .flatMap(s -> s.points().stream())
            .mapToDouble(ReportFacts.Moment::idleDays)
            .max()
            .orElse(0);
    List<Double> days = ModelSections.days(longest);
    List<String> head = new ArrayList<>(List.of("risk after days without use"));
    days.forEach(day -> head.add(Numbers.brief(day)));
    table(head, 1, facts.silences().stream().map(s -> ModelSections.cells(s, days)).toList());
  }

  private static List<String> feature(ReportFacts.Feature feature) {
    Double weight = feature.weight();
    return List.of(
        feature.words(),
        feature.name(),
        feature.unit(),
        feature.family(),
        Words.bound(feature.bound()),
        Numbers.fixed(feature.importance(), 3),
        weight == null ? "\u2013" : Numbers.signed(weight, 3));
  }

  private void trials() {
    if (facts.trials().isEmpty()) {
      return;
    }
    heading("Settings that were tried");
    List<ReportFacts.Trial> shown = ModelSections.shown(facts.trials());
    paragraph(shown.size() + " of " + Numbers.count(facts.trials().size()) + " trials:");
    table(
        List.of("trainer", "settings", "log-loss", "chosen"),
        2,
        shown.stream()
            .map(
                t ->
                    List.of(
                        t.trainer(),
                        t.settings(),
                        Numbers.fixed(t.logLoss(), 4),
                        t.chosen() ? "yes" : ""))
            .toList());
  }

  private void rules(List<ReportFacts.Rule> rules) {
    bullets(
        rules.stream()
            .map(
                r ->
                    (r.holds() ? "holds: " : "DOES NOT HOLD: ")
                        + r.name()
                        + " ("
                        + r.figures()
                        + ")")
            .toList());
  }

  private void entries(List<ReportFacts.Entry> entries) {
    bullets(entries.stream().map(e -> e.name() + ": " + e.value()).toList());
  }

  private void heading(String text) {
    out.append("## ").append(text).append("\n\n");
  }

  private void paragraph(String text) {
    out.append(escape(text)).append("\n\n");
  }

  private void bullets(List<String> texts) {
    for (String text : texts) {
      out.append("- ").append(escape(text)).append('\n');
    }
    out.append('\n');
  }

  private void table(List<String> head, int words, List<List<String>> rows) {
    line(head);
    for (int c = 0; c < head.size(); c++) {
      out.append(c < words ? "|---" : "|--:");
    }
    out.append("|\n");
    rows.forEach(this::line);
    out.append('\n');
  }

  private void line(List<String> cells) {
    for (String cell : cells) {
      out.append("| ").append(escape(cell)).append(' ');
    }
    out.append("|\n");
  }

  /** What Markdown or the HTML inside it would take for more than text is taken for text. */
  static String escape(String text) {
    return Html.escape(text.replaceAll("\\s*[\\r\\n]+\\s*", " "))
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replaceAll("([\\\\`*_\\[\\]|#!])", "\\\\$1");
  }
}
