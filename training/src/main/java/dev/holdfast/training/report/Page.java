package dev.holdfast.training.report;

import dev.holdfast.training.report.Html.Markup;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The page from top to bottom: the first screen for everybody, then what a data scientist asks. */
final class Page {

  private static final int MOST_SNAPSHOTS = 24;
  private static final int LIMITS_ON_FIRST_SCREEN = 3;

  private final ReportFacts facts;
  private final Figures figures;

  Page(ReportFacts facts, Figures figures) {
    this.facts = facts;
    this.figures = figures;
  }

  String html() {
    Map<String, Html> sections = sections();
    Html page = new Html();
    page.add("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>\n");
    page.add("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n");
    // Nothing may load or run, whatever a name in the data says.
    page.add("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';");
    page.add(" style-src 'unsafe-inline'; img-src data:\"/>\n");
    page.add("<meta name=\"color-scheme\" content=\"light dark\"/>\n");
    page.add("<link rel=\"icon\" href=\"data:,\"/>\n");
    page.element("title", facts.version() + " \u00b7 model report");
    page.add("<style>\n").add(Style.SHEET).add("</style></head>\n<body>\n<header>");
    page.add("<p class=\"brand\">Holdfast \u00b7 model report</p>\n");
    page.element("h1", facts.version());
    page.add("</header>\n<main>\n");
    firstScreen(page);
    page.add("<nav aria-label=\"Sections\"><ul>");
    int number = 0;
    for (String title : sections.keySet()) {
      page.add("<li><a href=\"#s").add(Integer.toString(++number)).add("\">");
      page.add(Html.text(title)).add("</a></li>");
    }
    page.add("</ul></nav>\n");
    number = 0;
    for (Map.Entry<String, Html> section : sections.entrySet()) {
      page.add("<section id=\"s").add(Integer.toString(++number)).add("\">");
      page.element("h2", section.getKey());
      page.add(section.getValue().markup()).add("</section>\n");
    }
    page.add("</main>\n<footer>");
    page.paragraph(
        "Intervals hold 95 % and redraw customers "
            + Numbers.count(facts.bootstrapRounds())
            + " times, seed "
            + facts.seed()
            + ". Times are UTC.");
    page.add("</footer>\n</body></html>\n");
    return page.markup().value();
  }

  private void firstScreen(Html page) {
    page.add("<section aria-label=\"Summary\"><p class=\"asked\">");
    page.add(Html.text(Words.question(facts))).add("</p>\n<div class=\"verdict");
    page.add(facts.verdict().passed() ? "" : " refused").add("\"><strong>");
    page.add(Html.text(Words.verdict(facts))).add("</strong>");
    page.paragraph(facts.verdict().text()).add("</div>\n<div class=\"first\"><div>");
    page.element("h2", "Of 100 customers, how many churned?");
    page.add("<ul class=\"hundreds\">");
    hundred(page, "the tenth the model ranks highest", figures.topTenth().value());
    figures
        .naive()
        .ifPresent(
            naive ->
                hundred(
                    page,
                    "the tenth that the " + naive.candidate().name() + " ranks highest",
                    naive.topTenth()));
    hundred(page, "picked at random", figures.chosen().candidate().predictions().churnRate());
    page.add("</ul>\n<p>Each dot is a customer; the filled ones churned.</p></div>\n<div>");
    page.element("h2", "In plain words");
    page.add("<ul>");
    Words.summary(facts, figures).forEach(sentence -> page.element("li", sentence));
    page.add("</ul>\n");
    if (!facts.limits().isEmpty()) {
      page.element("h2", "Main limits");
      page.add("<ul>");
      facts.limits().stream()
          .limit(LIMITS_ON_FIRST_SCREEN)
          .forEach(limit -> page.element("li", limit));
      page.add("</ul>\n");
    }
    page.add("</div></div></section>\n");
  }

  private static void hundred(Html page, String who, double share) {
    long count = Words.ofHundred(share);
    page.add("<li><b>").add(Long.toString(count)).add("</b>");
    page.element("small", who);
    page.add(Marks.hundred((int) count, count + " of 100: " + who)).add("</li>\n");
  }

  /** Those for which there are facts, in the order of the page. */
  private Map<String, Html> sections() {
    Map<String, Html> sections = new LinkedHashMap<>();
    if (!facts.question().terms().isEmpty() || !facts.features().isEmpty()) {
      sections.put("What was predicted from what", predicted());
    }
    sections.put("What it learnt from and was tested on", split());
    sections.put("How well it ranks", QualitySections.ranking(facts, figures));
    sections.put(
        "Whether its probabilities come true", QualitySections.calibration(facts, figures));
    if (!figures.others().isEmpty()) {
      sections.put("Against its rivals", QualitySections.rivals(figures));
    }
    if (facts.economics() != null) {
      sections.put("What it is worth", QualitySections.money(facts.economics(), figures));
    }
    if (!facts.features().isEmpty()) {
      sections.put("What moves the risk", ModelSections.features(facts.features()));
    }
    if (!facts.silences().isEmpty()) {
      sections.put("How risk rises in silence", ModelSections.silence(facts.silences()));
    }
    if (!facts.verdict().rules().isEmpty() || !facts.leakageChecks().isEmpty()) {
      sections.put("What the gate asked", ModelSections.gate(facts));
    }
    if (!facts.findings().isEmpty()) {
      sections.put("What was found in the data", ModelSections.findings(facts.findings()));
    }
    if (!facts.trials().isEmpty()) {
      sections.put("Settings that were tried", ModelSections.trials(facts.trials()));
    }
    if (!facts.provenance().isEmpty()) {
      sections.put("How to make it again", new Html().entries(facts.provenance()));
    }
    if (!facts.limits().isEmpty()) {
      Html limits = new Html().add("<ul>");
      facts.limits().forEach(limit -> limits.element("li", limit));
      sections.put("Limits", limits.add("</ul>\n"));
    }
    return sections;
  }

  private Html predicted() {
    Html html = new Html();
    if (!facts.question().terms().isEmpty()) {
      html.entries(facts.question().terms());
    }
    if (!facts.features().isEmpty()) {
      Map<String, List<String>> families = new TreeMap<>();
      for (ReportFacts.Feature feature : facts.features()) {
        families.computeIfAbsent(feature.family(), f -> new ArrayList<>()).add(feature.words());
      }
      html.heading("Features by family");
      html.entries(
          families.entrySet().stream()
              .map(
                  e ->
                      new ReportFacts.Entry(
                          e.getKey() + " (" + e.getValue().size() + ")",
                          String.join("; ", e.getValue().stream().distinct().toList())))
              .toList());
    }
    return html;
  }

  private Html split() {
    Html html = new Html();
    ReportFacts.Timeline timeline = facts.timeline();
    if (timeline != null) {
      html.add("<div class=\"beside\">");
      html.figure(
          "Training, gap and test",
          "Each dot is a cut-off: everything before it was known, nothing after it. The bar runs to"
              + " where the outcomes were known. The shaded gap keeps what it learnt from apart from"
              + " the test; the grey bar on top is the whole history.",
          Marks.timeline(timeline, MOST_SNAPSHOTS),
          List.of("training snapshot", "test"));
      html.add("<div>");
    }
    html.table(
        "wnnnn",
        List.of("set", "rows", "customers", "churned", "effective rows"),
        facts.rows().stream()
            .map(
                r ->
                    List.of(
                        Html.text(r.name()),
                        Html.text(Numbers.count(r.rows())),
                        Html.text(Numbers.count(r.customers())),
                        Html.text(Numbers.percent(r.churnRate(), 1)),
                        Html.text(Numbers.count(r.effectiveSize()))))
            .toList());
    for (ReportFacts.Rows rows : facts.rows()) {
      if (rows.weights() != null) {
        html.paragraph("Weights of the " + rows.name() + " rows: " + rows.weights());
      }
    }
    html.paragraph(
        "Effective rows are as many rows of equal weight as would say as much: (\u2211w)\u00b2 /"
            + " \u2211w\u00b2.");
    if (timeline != null) {
      html.add("</div></div>\n");
    }
    return html;
  }

  static Markup number(double value, int decimals) {
    return Html.text(Numbers.fixed(value, decimals));
  }
}
