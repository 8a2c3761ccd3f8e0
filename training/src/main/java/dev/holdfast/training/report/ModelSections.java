package dev.holdfast.training.report;

import dev.holdfast.training.report.Chart.Axis;
import dev.holdfast.training.report.Chart.Point;
import dev.holdfast.training.report.Chart.Size;
import dev.holdfast.training.report.Html.Markup;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What the model made of its features, and what was asked of it and of the data. */
final class ModelSections {

  private static final int EFFECTS = 8;
  private static final int SILENCES = 5;
  private static final int TRIALS = 20;
  private static final int POINTS = 121;
  private static final int HINTS = 9;

  private ModelSections() {}

  static List<ReportFacts.Feature> byImportance(List<ReportFacts.Feature> features) {
    return features.stream()
        .sorted(Comparator.comparingDouble(ReportFacts.Feature::importance).reversed())
        .toList();
  }

  static Html features(List<ReportFacts.Feature> features) {
    Html html = new Html();
    List<ReportFacts.Feature> sorted = byImportance(features);
    List<ReportFacts.Feature> effects =
        sorted.stream().filter(f -> f.effect().size() > 1).limit(EFFECTS).toList();
    if (!effects.isEmpty()) {
      html.heading("Effects");
      html.paragraph(
          "The mean risk if every customer had this value and kept all others: steep is strong,"
              + " flat is nothing. The scale of risk is the same in all. Associations, not causes.");
      double top =
          effects.stream()
              .flatMap(f -> f.effect().stream())
              .mapToDouble(ReportFacts.Effect::risk)
              .max()
              .orElse(1);
      html.add("<div class=\"small\">");
      for (ReportFacts.Feature feature : effects) {
        html.figure(feature.words(), feature.name(), effect(feature, top), List.of());
      }
      html.add("</div>\n");
    }
    html.heading("Importance");
    html.paragraph(
        "Mean size of a feature's contribution to the log-odds of churn, over customers; 0.1 moves a"
            + " risk of 50 % by 2.5 points. Features of one family share what they know, so read"
            + " families, not single bars.");
    boolean weights = sorted.stream().anyMatch(f -> f.weight() != null);
    double longest = sorted.get(0).importance();
    List<List<Markup>> rows = new ArrayList<>();
    for (ReportFacts.Feature feature : sorted) {
      List<Markup> row = new ArrayList<>();
      row.add(Html.text(feature.words()));
      row.add(Marks.bar(longest > 0 ? feature.importance() / longest : 0));
      row.add(Page.number(feature.importance(), 3));
      if (weights) {
        Double weight = feature.weight();
        row.add(Html.text(weight == null ? "\u2013" : Numbers.signed(weight, 3)));
      }
      row.add(Html.text(Words.bound(feature.bound())));
      row.add(Html.text(feature.family()));
      row.add(Html.text(feature.name()));
      rows.add(row);
    }
    List<String> head = new ArrayList<>(List.of("feature", "", "importance"));
    if (weights) {
      head.add("weight");
    }
    head.addAll(List.of("a larger value", "family", "name"));
    html.table(weights ? "wwnnwww" : "wwnwww", head, rows);
    if (weights) {
      html.paragraph(
          "A weight is the change of the log-odds for one standard deviation of the feature.");
    }
    return html;
  }

  private static Markup effect(ReportFacts.Feature feature, double top) {
    List<Point> points =
        feature.effect().stream()
            .map(
                e ->
                    new Point(
                        e.value(),
                        e.risk(),
                        Numbers.brief(e.value()) + ": mean risk " + Numbers.percent(e.risk(), 1)))
            .toList();
    Chart chart =
        new Chart(
            Size.SMALL,
            Axis.number(
                feature.unit().equals("-") ? "value" : feature.unit(),
                points.get(0).x(),
                points.get(points.size() - 1).x()),
            Axis.share("mean risk", top));
    chart.line(0, Chart.thin(points, POINTS)).hints(0, Chart.thin(points, HINTS));
    return chart.svg("Effect of " + feature.name());
  }

  static Html silence(List<ReportFacts.Silence> silences) {
    Html html = new Html();
    List<ReportFacts.Silence> drawn = silences.stream().limit(SILENCES).toList();
    double longest = 0;
    double top = 0;
    for (ReportFacts.Silence silence : drawn) {
      for (ReportFacts.Moment moment : silence.points()) {
        longest = Math.max(longest, moment.idleDays());
        top = Math.max(top, moment.risk());
      }
    }
    Chart chart =
        new Chart(Size.WIDE, Axis.number("days without use", 0, longest), Axis.share("risk", top));
    for (int i = drawn.size() - 1; i >= 0; i--) {
      String name = drawn.get(i).customer();
      List<Point> points =
          drawn.get(i).points().stream()
              .map(
                  m ->
                      new Point(
                          m.idleDays(),
                          m.risk(),
                          name
                              + ": "
                              + Numbers.brief(m.idleDays())
                              + " days, risk "
                              + Numbers.percent(m.risk(), 1)))
              .toList();
      chart.line(i, Chart.thin(points, POINTS)).hints(i, Chart.thin(points, HINTS));
    }
    html.add("<div class=\"beside\">");
    html.figure(
        "Sample customers who stay silent",
        "Nothing happens but time: each line may only rise, and where it meets a campaign's"
            + " threshold the customer is called. Who uses often rises early, who uses seldom late.",
        chart.svg("Risk against days without use"),
        drawn.stream().map(ReportFacts.Silence::customer).toList());
    html.add("<div>");
    html.heading("The same as numbers");
    List<Double> days = days(longest);
    List<String> head = new ArrayList<>(List.of("risk after"));
    days.forEach(day -> head.add(Numbers.brief(day) + "\u00a0d"));
    html.table(
        "w" + "n".repeat(days.size()),
        head,
        drawn.stream().map(s -> cells(s, days).stream().map(Html::text).toList()).toList());
    return html.add("</div></div>\n");
  }

  /** A few round lengths of silence within the longest. */
  static List<Double> days(double longest) {
    return Chart.ticks(0, longest, 5).stream().filter(day -> day <= longest).toList();
  }

  /** A sample customer's name and risk after each of the days; a dash past the last known. */
  static List<String> cells(ReportFacts.Silence silence, List<Double> days) {
    List<String> cells = new ArrayList<>(List.of(silence.customer()));
    for (double day : days) {
      cells.add(
          silence.points().stream()
              .filter(m -> m.idleDays() >= day)
              .findFirst()
              .map(m -> Numbers.percent(m.risk(), 0))
              .orElse("\u2013"));
    }
    return cells;
  }

  static Html gate(ReportFacts facts) {
    Html html = new Html();
    html.lead(facts.verdict().text());
    if (!facts.verdict().rules().isEmpty()) {
      rules(html, facts.verdict().rules());
    }
    if (!facts.leakageChecks().isEmpty()) {
      html.heading("Leakage: does it know what it could not have known?");
      rules(html, facts.leakageChecks());
    }
    return html;
  }

  private static void rules(Html html, List<ReportFacts.Rule> rules) {
    html.table(
        "www",
        List.of("rule", "", "measured"),
        rules.stream()
            .map(
                r ->
                    List.of(
                        Html.text(r.name()),
                        new Markup(
                            r.holds()
                                ? "<span class=\"yes\">holds</span>"
                                : "<span class=\"no\">does not hold</span>"),
                        Html.text(r.figures())))
            .toList());
  }

  static Html findings(List<ReportFacts.Finding> findings) {
    return new Html()
        .table(
            "www",
            List.of("finding", "", "figures"),
            findings.stream()
                .map(
                    f ->
                        List.of(
                            Html.text(f.text()),
                            new Markup(
                                f.serious()
                                    ? "<span class=\"no\">look into it</span>"
                                    : "<span class=\"yes\">note</span>"),
                            Html.text(f.figures())))
                .toList());
  }

  /** The trials worth showing: what was chosen and the best of the others. */
  static List<ReportFacts.Trial> shown(List<ReportFacts.Trial> trials) {
    return trials.stream()
        .sorted(
            Comparator.comparing((ReportFacts.Trial t) -> !t.chosen())
                .thenComparingDouble(ReportFacts.Trial::logLoss))
        .limit(TRIALS)
        .toList();
  }

  static Html trials(List<ReportFacts.Trial> trials) {
    List<ReportFacts.Trial> shown = shown(trials);
    Html html = new Html();
    html.paragraph(
        (shown.size() < trials.size()
                ? "The best " + shown.size() + " of " + Numbers.count(trials.size()) + " tried"
                : Numbers.count(trials.size()) + " tried")
            + ", judged on training rows held out of the fit, never on the test.");
    return html.table(
        "wnww",
        List.of("trainer", "log-loss", "", "settings"),
        shown.stream()
            .map(
                t ->
                    List.of(
                        Html.text(t.trainer()),
                        Page.number(t.logLoss(), 4),
                        new Markup(t.chosen() ? "<span class=\"yes\">chosen</span>" : ""),
                        Html.text(t.settings())))
            .toList());
  }
}
