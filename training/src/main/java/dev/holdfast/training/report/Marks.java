package dev.holdfast.training.report;

import dev.holdfast.evaluation.Interval;
import dev.holdfast.training.report.Html.Markup;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** Drawings without axes of numbers: counted dots, an interval in a table, a bar, the timeline. */
final class Marks {

  private static final int ROW = 16;

  private Marks() {}

  /** A hundred dots, so many of them filled. */
  static Markup hundred(int filled, String title) {
    StringBuilder svg = new StringBuilder();
    svg.append("<svg class=\"hundred\" role=\"img\" viewBox=\"0 0 100 100\" aria-label=\"");
    svg.append(Html.escape(title)).append("\"><title>").append(Html.escape(title));
    svg.append("</title>\n");
    for (int i = 0; i < 100; i++) {
      svg.append("<circle class=\"").append(i < filled ? "full" : "void");
      svg.append("\" cx=\"").append(5 + i % 10 * 10).append("\" cy=\"").append(5 + i / 10 * 10);
      svg.append("\" r=\"3.8\"/>");
    }
    return new Markup(svg.append("</svg>\n").toString());
  }

  /**
   * An interval on a scale shared by the rows of a table.
   *
   * @param reference where nothing differs: drawn as a line
   */
  static Markup interval(Interval interval, double from, double to, double reference) {
    double width = 140;
    double margin = 6;
    double scale = (width - 2 * margin) / Math.max(1e-12, to - from);
    return new Markup(
        String.format(
            Locale.ROOT,
            "<svg class=\"interval\" viewBox=\"0 0 140 18\" width=\"140\" height=\"18\""
                + " aria-hidden=\"true\"><path class=\"guide\" d=\"M%.1f 0V18\"/>"
                + "<path class=\"range s0\" d=\"M%.1f 9H%.1f\"/>"
                + "<circle class=\"dot f0\" cx=\"%.1f\" cy=\"9\" r=\"4\"/></svg>",
            margin + (reference - from) * scale,
            margin + (interval.low() - from) * scale,
            margin + (interval.high() - from) * scale,
            margin + (interval.value() - from) * scale));
  }

  /** A bar whose length is {@code share} of the longest. */
  static Markup bar(double share) {
    return new Markup(
        String.format(
            Locale.ROOT,
            "<svg class=\"bar\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\""
                + " aria-hidden=\"true\"><rect class=\"f0\" x=\"0\" y=\"0\" width=\"%.1f\""
                + " height=\"10\"/></svg>",
            100 * Math.max(0, Math.min(1, share))));
  }

  /** Each snapshot as a dot at its cut-off and a bar to where its outcomes were known. */
  static Markup timeline(ReportFacts.Timeline timeline, int mostSnapshots) {
    List<ReportFacts.Window> training = Chart.thin(timeline.training(), mostSnapshots);
    Instant from = timeline.from();
    Instant to = latest(timeline.until(), timeline.test().known());
    int rows = training.size() + 2;
    int height = 10 + rows * ROW + 26;
    StringBuilder svg = new StringBuilder();
    svg.append("<svg class=\"chart\" role=\"img\" viewBox=\"0 0 420 ").append(height);
    svg.append("\" aria-label=\"Training snapshots, gap and test by date\">\n");
    int axis = 10 + rows * ROW;
    Instant learnt = from;
    for (ReportFacts.Window window : timeline.training()) {
      learnt = latest(learnt, window.known());
    }
    Instant cutoff = timeline.test().cutoff();
    if (learnt.isBefore(cutoff)) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<rect class=\"gap\" x=\"%.1f\" y=\"2\" width=\"%.1f\" height=\"%d\"><title>gap: %s to"
                  + " %s</title></rect>%n",
              x(learnt, from, to),
              x(cutoff, from, to) - x(learnt, from, to),
              axis - 2,
              Numbers.day(learnt),
              Numbers.day(cutoff)));
    }
    svg.append(
        String.format(
            Locale.ROOT,
            "<path class=\"history\" d=\"M%.1f 12H%.1f\"><title>events: %s to %s</title></path>%n",
            x(from, from, to),
            x(timeline.until(), from, to),
            Numbers.day(from),
            Numbers.day(timeline.until())));
    for (int i = 0; i < training.size(); i++) {
      svg.append(window(training.get(i), "training", 0, 12 + (i + 1) * ROW, from, to));
    }
    svg.append(window(timeline.test(), "test", 1, 12 + (training.size() + 1) * ROW, from, to));
    svg.append(
        String.format(
            Locale.ROOT,
            "<path class=\"grid\" d=\"M%.1f %dH%.1f\"/>%n",
            x(from, from, to),
            axis,
            x(to, from, to)));
    Duration span = Duration.between(from, to);
    for (int k = 0; k <= 3; k++) {
      Instant tick = from.plus(span.multipliedBy(k).dividedBy(3));
      svg.append(
          String.format(
              Locale.ROOT,
              "<path class=\"grid\" d=\"M%.1f %dv4\"/><text class=\"tick %s\" x=\"%.1f\""
                  + " y=\"%d\">%s</text>%n",
              x(tick, from, to),
              axis,
              k == 0 ? "start" : k == 3 ? "end" : "middle",
              x(tick, from, to),
              axis + 18,
              Numbers.day(tick)));
    }
    return new Markup(svg.append("</svg>\n").toString());
  }

  private static String window(
      ReportFacts.Window window, String name, int series, int y, Instant from, Instant to) {
    return String.format(
        Locale.ROOT,
        "<g><title>%s: known up to %s, outcomes up to %s</title><path class=\"line s%d\" d=\"M%.1f"
            + " %dH%.1f\"/><circle class=\"dot f%d\" cx=\"%.1f\" cy=\"%d\" r=\"4\"/></g>%n",
        name,
        Numbers.day(window.cutoff()),
        Numbers.day(window.known()),
        series,
        x(window.cutoff(), from, to),
        y,
        x(window.known(), from, to),
        series,
        x(window.cutoff(), from, to),
        y);
  }

  private static double x(Instant at, Instant from, Instant to) {
    double span = Math.max(1, Duration.between(from, to).toSeconds());
    double share = Duration.between(from, at).toSeconds() / span;
    return 8 + Math.max(0, Math.min(1, share)) * 404;
  }

  private static Instant latest(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }
}
