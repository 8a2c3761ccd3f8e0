package dev.holdfast.training.report;

import dev.holdfast.evaluation.Economics;
import dev.holdfast.evaluation.Interval;
import dev.holdfast.evaluation.Lift;
import dev.holdfast.evaluation.PairedDifference;
import dev.holdfast.evaluation.PrecisionRecall;
import dev.holdfast.evaluation.Predictions;
import dev.holdfast.evaluation.Profit;
import dev.holdfast.evaluation.Reliability;
import dev.holdfast.evaluation.Roc;
import dev.holdfast.training.report.Chart.Axis;
import dev.holdfast.training.report.Chart.Point;
import dev.holdfast.training.report.Chart.Size;
import dev.holdfast.training.report.Html.Markup;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** How good the predictions are: ranking, probabilities, rivals, money. */
final class QualitySections {

  // More lines than this cannot be told apart.
  private static final int LINES = 5;
  private static final int POINTS = 121;
  private static final int HINTS = 11;
  private static final int STEPS = 100;

  private QualitySections() {}

  /** The lines of a chart: the model, rules without a model, then other models. */
  private static List<ReportFacts.Candidate> drawn(Figures figures) {
    return Stream.of(ReportFacts.Kind.CHOSEN, ReportFacts.Kind.NAIVE, ReportFacts.Kind.TRAINED)
        .flatMap(
            kind ->
                figures.of().stream().map(Figures.Line::candidate).filter(c -> c.kind() == kind))
        .limit(LINES)
        .toList();
  }

  private static List<String> names(List<ReportFacts.Candidate> candidates) {
    return candidates.stream().map(ReportFacts.Candidate::name).toList();
  }

  /** One line a candidate; the model's is drawn last, on top. */
  private static <T> void lines(
      Chart chart,
      List<ReportFacts.Candidate> candidates,
      Function<Predictions, List<T>> curve,
      Function<T, Point> point) {
    for (int i = candidates.size() - 1; i >= 0; i--) {
      String name = candidates.get(i).name();
      // A curve has a point for each row; only those drawn are put into words.
      List<Point> points =
          Chart.thin(curve.apply(candidates.get(i).predictions()), POINTS).stream()
              .map(point)
              .toList();
      chart.line(i, points);
      chart.hints(
          i,
          Chart.thin(points, HINTS).stream()
              .map(p -> new Point(p.x(), p.y(), name + ": " + p.title()))
              .toList());
    }
  }

  static Html ranking(ReportFacts facts, Figures figures) {
    Html html = new Html();
    Figures.Line chosen = figures.chosen();
    html.lead(
        "A customer who churned is ranked above one who stayed in "
            + Numbers.percent(chosen.auc(), 1)
            + " of pairs (AUC "
            + Numbers.fixed(chosen.auc(), 4)
            + ", 95 % interval "
            + Words.interval(figures.auc(), 4)
            + "). Average precision is "
            + Numbers.fixed(chosen.averagePrecision(), 4)
            + ", lift of the first tenth "
            + Numbers.fixed(chosen.lift(), 2)
            + ".");
    List<ReportFacts.Candidate> drawn = drawn(figures);
    double churnRate = facts.candidates().get(0).predictions().churnRate();
    html.add("<div class=\"pair\">");
    Chart roc =
        new Chart(
            Size.WIDE,
            Axis.share("stayed, but above the cut-off", 1),
            Axis.share("churned and above the cut-off", 1));
    roc.guide(0, 0, 1, 1);
    lines(
        roc,
        drawn,
        Roc::curve,
        c ->
            new Point(
                c.falsePositiveRate(),
                c.truePositiveRate(),
                "above risk "
                    + Numbers.percent(c.threshold(), 1)
                    + " are "
                    + Numbers.percent(c.truePositiveRate(), 1)
                    + " of those who churned and "
                    + Numbers.percent(c.falsePositiveRate(), 1)
                    + " of those who stayed"));
    html.figure(
        "ROC curve",
        "Each point is a cut-off on the risk. The nearer to the top left, the better; the dotted"
            + " diagonal is chance.",
        roc.svg("ROC curves"),
        names(drawn));
    Chart precision =
        new Chart(
            Size.WIDE,
            Axis.share("recall: churners above the cut-off", 1),
            Axis.share("precision: of those above, churned", 1));
    precision.guide(0, churnRate, 1, churnRate);
    lines(
        precision,
        drawn,
        PrecisionRecall::curve,
        c ->
            new Point(
                c.recall(),
                c.precision(),
                "above risk "
                    + Numbers.percent(c.threshold(), 1)
                    + " "
                    + Numbers.percent(c.precision(), 1)
                    + " churned: "
                    + Numbers.percent(c.recall(), 1)
                    + " of all churners"));
    html.figure(
        "Precision and recall",
        "How pure the customers above a cut-off are, against how many churners they hold. Higher is"
            + " better; the dotted line is everybody's churn rate.",
        precision.svg("Precision-recall curves"),
        names(drawn));
    Chart gains =
        new Chart(
            Size.WIDE,
            Axis.share("customers contacted, highest risk first", 1),
            Axis.share("churners found", 1));
    gains.guide(0, 0, 1, 1);
    lines(
        gains,
        drawn,
        p -> Lift.curve(p, STEPS),
        c ->
            new Point(
                c.share(),
                c.gain(),
                "the first "
                    + Numbers.percent(c.share(), 0)
                    + " hold "
                    + Numbers.percent(c.gain(), 1)
                    + " of the churners"));
    html.figure(
        "Gains",
        "Contact so many, find so many of the churners. The dotted diagonal is contacting at"
            + " random.",
        gains.svg("Gains curves"),
        names(drawn));
    double highest =
        drawn.stream()
            .flatMap(c -> Lift.curve(c.predictions(), STEPS).stream())
            .mapToDouble(Lift.Point::lift)
            .max()
            .orElse(1);
    Chart lift =
        new Chart(
            Size.WIDE,
            Axis.share("customers contacted, highest risk first", 1),
            Axis.number("times the average churn rate", 0, highest));
    lift.guide(0, 1, 1, 1);
    lines(
        lift,
        drawn,
        p -> Lift.curve(p, STEPS),
        c ->
            new Point(
                c.share(),
                c.lift(),
                "the first "
                    + Numbers.percent(c.share(), 0)
                    + " churn "
                    + Numbers.fixed(c.lift(), 2)
                    + " times as often as all"));
    html.figure(
        "Lift",
        "How much richer in churn those contacted are than everybody; the dotted line, 1, is no"
            + " better than random.",
        lift.svg("Lift curves"),
        names(drawn));
    return html.add("</div>\n");
  }

  static Html calibration(ReportFacts facts, Figures figures) {
    Html html = new Html();
    html.lead(
        Words.probabilities(figures)
            + " Observed over expected is "
            + Numbers.fixed(figures.ratio().value(), 3)
            + " (95 % interval "
            + Words.interval(figures.ratio(), 3)
            + "), the slope "
            + Numbers.fixed(figures.slope().value(), 3)
            + " ("
            + Words.interval(figures.slope(), 3)
            + "), the mean error over ten groups "
            + Numbers.percent(figures.chosen().calibration().error10(), 1)
            + ".");
    html.add("<div class=\"beside\">");
    double top =
        figures.reliability().stream()
            .mapToDouble(b -> Math.max(b.predicted(), b.high()))
            .max()
            .orElse(1);
    Chart chart =
        new Chart(Size.WIDE, Axis.share("predicted churn", top), Axis.share("observed churn", top));
    chart.guide(0, 0, Math.min(chart.end(), chart.top()), Math.min(chart.end(), chart.top()));
    for (Reliability.Bin bin : figures.reliability()) {
      chart.range(0, bin.predicted(), bin.low(), bin.high());
    }
    chart.dots(
        0,
        figures.reliability().stream()
            .map(
                b ->
                    new Point(
                        b.predicted(),
                        b.observed(),
                        Numbers.count(b.rows())
                            + " rows: predicted "
                            + Numbers.percent(b.predicted(), 1)
                            + ", observed "
                            + Numbers.percent(b.observed(), 1)
                            + ", interval "
                            + Numbers.percent(b.low(), 1)
                            + " to "
                            + Numbers.percent(b.high(), 1)))
            .toList());
    html.figure(
        "Reliability",
        "Ten groups of equal size by predicted risk. On the dotted diagonal predictions come true;"
            + " above it the model is too low. Bars are 95 % intervals.",
        chart.svg("Reliability diagram"),
        List.of());
    html.add("<div>");
    html.heading("The same groups as numbers");
    html.table(
        "nnnn",
        List.of("predicted", "observed", "95 % interval", "rows"),
        figures.reliability().stream()
            .map(
                b ->
                    Stream.of(
                            Numbers.percent(b.predicted(), 1),
                            Numbers.percent(b.observed(), 1),
                            Numbers.percent(b.low(), 1) + " to " + Numbers.percent(b.high(), 1),
                            Numbers.count(b.rows()))
                        .map(Html::text)
                        .toList())
            .toList());
    html.add("</div></div>\n");
    segments(html, figures);
    ReportFacts.CalibrationChoice choice = facts.calibration();
    if (choice != null) {
      html.heading("Calibration in use: " + choice.chosen());
      html.paragraph(choice.how());
      if (!choice.options().isEmpty()) {
        html.table(
            "wn",
            List.of("calibration", "cross-fitted log-loss"),
            choice.options().stream()
                .map(o -> List.of(Html.text(o.name()), Page.number(o.logLoss(), 4)))
                .toList());
      }
    }
    return html;
  }

  private static void segments(Html html, Figures figures) {
    if (figures.segments().isEmpty()) {
      return;
    }
    html.heading("By segment");
    html.paragraph(
        "Observed over expected churn: 1, the dotted line, is right; above it churn is"
            + " underestimated. Read the interval, not the dot; a segment without one is too small"
            + " to tell.");
    double low = 0.8;
    double high = 1.25;
    for (Figures.SegmentLine line : figures.segments()) {
      if (line.ratio().isPresent()) {
        low = Math.min(low, line.ratio().get().low());
        high = Math.max(high, line.ratio().get().high());
      }
    }
    List<List<Markup>> rows = new ArrayList<>();
    for (Figures.SegmentLine line : figures.segments()) {
      List<Markup> row = new ArrayList<>();
      row.add(Html.text(line.segment().by() + ": " + line.segment().name()));
      if (line.ratio().isPresent()) {
        Interval ratio = line.ratio().get();
        row.add(Page.number(ratio.value(), 2));
        row.add(Html.text(Words.interval(ratio, 2)));
        row.add(Marks.interval(ratio, low, high, 1));
      } else {
        row.add(Html.text("\u2013"));
        row.add(Html.text("too few to tell"));
        row.add(Html.text(""));
      }
      row.add(Html.text(Numbers.percent(line.predicted(), 1)));
      row.add(Html.text(Numbers.percent(line.observed(), 1)));
      row.add(Html.text(Numbers.count(line.segment().predictions().size())));
      rows.add(row);
    }
    html.table(
        "wnnnnnn",
        List.of("segment", "o/e", "95 % interval", "", "predicted", "observed", "rows"),
        rows);
  }

  static Html rivals(Figures figures) {
    Html html = new Html();
    html.paragraph(
        "All on the same test rows. AUC, average precision, lift: higher is better. Log-loss and"
            + " Brier: lower is better. Observed over expected (o/e) and slope: 1 is right.");
    List<String> head =
        new ArrayList<>(
            List.of(
                "candidate",
                "AUC",
                "avg. precision",
                "log-loss",
                "Brier",
                "lift at 10 %",
                "o/e",
                "slope",
                "ECE10"));
    boolean money = figures.chosen().empc() != null;
    if (money) {
      head.add("EMPC");
    }
    head.add("kind");
    List<List<Markup>> rows = new ArrayList<>();
    for (Figures.Line line : figures.of()) {
      List<Markup> row = new ArrayList<>();
      row.add(Html.text(line.candidate().name()));
      row.add(Page.number(line.auc(), 4));
      row.add(Page.number(line.averagePrecision(), 4));
      row.add(Page.number(line.logLoss(), 4));
      row.add(Page.number(line.brier(), 4));
      row.add(Page.number(line.lift(), 2));
      row.add(Page.number(line.calibration().observedToExpected(), 3));
      row.add(Page.number(line.calibration().slope(), 3));
      row.add(Page.number(line.calibration().error10(), 3));
      if (line.empc() != null) {
        row.add(Page.number(line.empc().profit(), 2));
      }
      row.add(Html.text(Words.kind(line.candidate().kind())));
      rows.add(row);
    }
    html.table("w" + "n".repeat(head.size() - 2) + "w", head, rows);
    html.heading("The model less each rival");
    html.paragraph(
        "Both on the same redrawn customers. A log-loss difference whose interval lies left of the"
            + " dotted line, below 0, is one that chance does not explain.");
    double low = 0;
    double high = 0;
    for (Figures.Line line : figures.others()) {
      low = Math.min(low, line.against().logLoss().low());
      high = Math.max(high, line.against().logLoss().high());
    }
    List<List<Markup>> differences = new ArrayList<>();
    for (Figures.Line line : figures.others()) {
      PairedDifference d = line.against();
      differences.add(
          List.of(
              Html.text(line.candidate().name()),
              Html.text(Numbers.signed(d.logLoss().value(), 4)),
              Html.text(Words.signedInterval(d.logLoss(), 4)),
              Marks.interval(d.logLoss(), low, high, 0),
              Html.text(Numbers.percent(d.better(), 0)),
              Html.text(Numbers.signed(d.auc().value(), 4)),
              Html.text(Words.signedInterval(d.auc(), 4)),
              Html.text(Words.comparison(d))));
    }
    return html.table(
        "wnnnnnnw",
        List.of(
            "against",
            "log-loss",
            "95 % interval",
            "",
            "better in draws",
            "AUC",
            "95 % interval",
            "on log-loss the model is"),
        differences);
  }

  static Html money(Economics economics, Figures figures) {
    Html html = new Html();
    Predictions chosen = figures.chosen().candidate().predictions();
    Profit.Point best = Profit.best(chosen, economics);
    Profit.Point empc = Profit.empc(chosen, economics);
    html.lead(
        best.profit() > 0
            ? "Under the assumptions below it is best to contact the "
                + Numbers.percent(best.share(), 1)
                + " of customers with the highest risk: "
                + Numbers.fixed(best.profit(), 2)
                + " a customer, contacted or not. Expected maximum profit (EMPC): "
                + Numbers.fixed(empc.profit(), 2)
                + " a customer at "
                + Numbers.percent(empc.share(), 1)
                + " contacted."
            : "Under the assumptions below no contact pays.");
    List<ReportFacts.Candidate> drawn = drawn(figures);
    double low = 0;
    double high = Math.max(best.profit(), 0.01);
    for (ReportFacts.Candidate candidate : drawn) {
      for (Profit.Point p : Profit.curve(candidate.predictions(), economics, STEPS)) {
        low = Math.min(low, p.profit());
        high = Math.max(high, p.profit());
      }
    }
    Chart chart =
        new Chart(
            Size.WIDE,
            Axis.share("customers contacted, highest risk first", 1),
            Axis.number("profit per customer, money", low, high));
    chart.guide(0, 0, 1, 0);
    lines(
        chart,
        drawn,
        p -> Profit.curve(p, economics, STEPS),
        c ->
            new Point(
                c.share(),
                c.profit(),
                Numbers.percent(c.share(), 0)
                    + " contacted earn "
                    + Numbers.fixed(c.profit(), 2)
                    + " a customer"));
    if (best.profit() > 0) {
      chart.dots(
          0,
          List.of(
              new Point(
                  best.share(),
                  best.profit(),
                  "best: "
                      + Numbers.percent(best.share(), 1)
                      + " contacted earn "
                      + Numbers.fixed(best.profit(), 2)
                      + " a customer")));
    }
    html.add("<div class=\"beside\">");
    html.figure(
        "Profit by share contacted",
        "Contact too few and churners are missed; too many, and offers go to who would have stayed."
            + " The dot is the model's best share; below the dotted line contacting loses money.",
        chart.svg("Profit curves"),
        names(drawn));
    html.add("<div>");
    html.heading("Assumed, not measured");
    html.entries(
        List.of(
            new ReportFacts.Entry(
                "value of a customer kept", Numbers.brief(economics.customerValue())),
            new ReportFacts.Entry("cost of the offer", Numbers.brief(economics.offer())),
            new ReportFacts.Entry("cost of the contact", Numbers.brief(economics.contact())),
            new ReportFacts.Entry(
                "contacted churners who stay",
                "Beta("
                    + Numbers.brief(economics.alpha())
                    + ", "
                    + Numbers.brief(economics.beta())
                    + "), mean "
                    + Numbers.percent(economics.meanGamma(), 1)),
            new ReportFacts.Entry(
                "risk at which a contact pays", Numbers.percent(economics.breakEvenRisk(), 1))));
    html.paragraph(
        "Risk is not effect: who is likeliest to churn need not be who a call can keep. Only a"
            + " hold-out tells what contacting earns; until then these figures compare models.");
    return html.add("</div></div>\n");
  }
}
