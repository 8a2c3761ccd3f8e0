package dev.holdfast.training.report;

import dev.holdfast.evaluation.Economics;
import dev.holdfast.evaluation.Predictions;
import dev.holdfast.evaluation.Scored;
import dev.holdfast.training.report.ReportFacts.Bound;
import dev.holdfast.training.report.ReportFacts.CalibrationChoice;
import dev.holdfast.training.report.ReportFacts.Candidate;
import dev.holdfast.training.report.ReportFacts.Effect;
import dev.holdfast.training.report.ReportFacts.Entry;
import dev.holdfast.training.report.ReportFacts.Feature;
import dev.holdfast.training.report.ReportFacts.Finding;
import dev.holdfast.training.report.ReportFacts.Kind;
import dev.holdfast.training.report.ReportFacts.Moment;
import dev.holdfast.training.report.ReportFacts.Option;
import dev.holdfast.training.report.ReportFacts.Question;
import dev.holdfast.training.report.ReportFacts.Rows;
import dev.holdfast.training.report.ReportFacts.Rule;
import dev.holdfast.training.report.ReportFacts.Segment;
import dev.holdfast.training.report.ReportFacts.Silence;
import dev.holdfast.training.report.ReportFacts.Timeline;
import dev.holdfast.training.report.ReportFacts.Trial;
import dev.holdfast.training.report.ReportFacts.Verdict;
import dev.holdfast.training.report.ReportFacts.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Facts as a real run gives them, from seeded draws; and the least that a report can be made of.
 */
final class SampleFacts {

  private static final int CUSTOMERS = 1_834;
  private static final long SEED = 20;

  private SampleFacts() {}

  /** Every section has facts. */
  static ReportFacts full() {
    return full("customers of the shop with a purchase within the last 180 days", "North");
  }

  /** The same with texts that came with the data. */
  static ReportFacts full(String customers, String name) {
    List<Scored> model = scored(0.15, 1.05);
    return new ReportFacts(
        "shop-90d-20110731-8c1f03ae",
        new Question(
            customers,
            "will not buy within 90 days",
            List.of(
                new Entry("churn", "no purchase in the horizon after the lead time"),
                new Entry("horizon", "90 days"),
                new Entry("lead time", "2 days; a purchase within it counts as stayed"),
                new Entry("asked about", "customers with a purchase, silent for 180 days at most"),
                new Entry("known at a cut-off", "events available to us by then, late ones not"))),
        new Verdict(
            true,
            "passed: all 7 rules hold",
            List.of(
                new Rule("enough test rows", true, "1834 of at least 200"),
                new Rule("beats the idle-days rule on log-loss", true, "0.4521 against 0.4893"),
                new Rule(
                    "observed over expected churn within 0.95 to 1.05",
                    true,
                    "1.021, 95 % interval 0.963 to 1.080"),
                new Rule(
                    "calibration slope within 0.9 to 1.1",
                    true,
                    "0.97, 95 % interval 0.88 to 1.06"))),
        List.of(
            new Rows("training", 9_214, 2_411, 0.371, 9_214, null),
            new Rows(
                "test",
                CUSTOMERS,
                CUSTOMERS,
                Predictions.of(model).churnRate(),
                Predictions.of(model).effectiveSize(),
                "customers who were called are left out; one in ten was kept as a hold-out and"
                    + " stands for five")),
        timeline(),
        List.of(
            new Candidate("sign-constrained logistic", Kind.CHOSEN, Predictions.of(model)),
            new Candidate("monotone boosting", Kind.TRAINED, Predictions.of(scored(0.3, 1.0))),
            new Candidate("idle-days rule", Kind.NAIVE, Predictions.of(scored(1.1, 0.6))),
            new Candidate("own-gap rule", Kind.NAIVE, Predictions.of(scored(0.9, 0.7))),
            new Candidate("BG/NBD", Kind.NAIVE, Predictions.of(scored(0.5, 1.4))),
            new Candidate(
                "unconstrained boosting", Kind.REFERENCE, Predictions.of(scored(0.2, 1.1)))),
        List.of(
            segment("region", name, model, 0, 3),
            segment("region", "South", model, 1, 3),
            segment("region", "Abroad", model, 2, 3),
            new Segment("tenure", "first month", Predictions.of(model.subList(0, 4)))),
        features(name),
        silences(),
        Economics.DEFAULT,
        List.of(
            new Finding(false, "customers without any purchase were left out", "412 of 4,338"),
            new Finding(
                true,
                "a day with no event at all: an outage of the source or a holiday",
                "2011-04-22 to 2011-04-25"),
            new Finding(false, "repeated events were dropped", "1.3 % of 541,909")),
        List.of(
            new Rule("truncated future gives the same features", true, "0 of 500 rows differ"),
            new Rule("shuffled labels give AUC 0.48 to 0.52", true, "0.503"),
            new Rule("no single frozen feature with AUC above 0.95", true, "n_events 0.684")),
        new CalibrationChoice(
            "platt",
            "The lowest log-loss on training rows, each scored by a model that had not seen its"
                + " customer.",
            List.of(
                new Option("none", 0.4627),
                new Option("platt", 0.4581),
                new Option("isotonic", 0.4598))),
        trials(),
        List.of(
            new Entry("experiment", "shop-90d.yaml, seed 1"),
            new Entry(
                "data", "sha256 5f2b1c9d0e7a4b3f86d21e90cc3b7a1148f0a9d27e3c55b1f4d6092ab8e17c34"),
            new Entry("libraries", "Tribuo 4.3.2, XGBoost 3.0.4"),
            new Entry("Java", "17.0.15, linux amd64")),
        List.of(
            "For choosing whom to look after, by people who can say no; not for refusing a service"
                + " or setting a price.",
            "The figures hold for times like the test's: a change of season, price or product can"
                + " break them.",
            "Reasons are associations, not causes.",
            "The model was chosen among several on the test rows, so its figures are slightly"
                + " flattered."),
        200,
        SEED);
  }

  /** One candidate and what was asked; as for a table without time. */
  static ReportFacts least() {
    List<Scored> model = scored(0.15, 1.05);
    return new ReportFacts(
        "telco-1",
        new Question("customers in the table", "churns as the table says", List.of()),
        new Verdict(false, "refused: enough test rows (12 of at least 200)", List.of()),
        List.of(new Rows("test", CUSTOMERS, CUSTOMERS, 0.4, CUSTOMERS, null)),
        null,
        List.of(new Candidate("logistic", Kind.CHOSEN, Predictions.of(model))),
        List.of(),
        List.of(),
        List.of(),
        null,
        List.of(),
        List.of(),
        null,
        List.of(),
        List.of(),
        List.of(),
        60,
        SEED);
  }

  /**
   * Predictions of the same customers.
   *
   * @param noise of the log-odds
   * @param stretch of the log-odds: above 1 too sure
   */
  static List<Scored> scored(double noise, double stretch) {
    Random truth = new Random(SEED);
    Random error = new Random(Double.hashCode(noise));
    List<Scored> rows = new ArrayList<>();
    for (int i = 0; i < CUSTOMERS; i++) {
      double logOdds = -0.7 + 1.7 * truth.nextGaussian();
      boolean churned = truth.nextDouble() < sigmoid(logOdds);
      double weight = truth.nextInt(10) == 0 ? 5 : 1;
      double seen = -0.7 + stretch * (logOdds + noise * error.nextGaussian() + 0.7);
      rows.add(new Scored(i, sigmoid(seen), churned, weight));
    }
    return rows;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static Timeline timeline() {
    Instant cutoff = Instant.parse("2011-07-31T00:00:00Z");
    List<Window> training = new ArrayList<>();
    for (int k = 5; k >= 0; k--) {
      Instant known = cutoff.minus(Duration.ofDays(1 + 30L * k));
      training.add(new Window(known.minus(Duration.ofDays(92)), known.minus(Duration.ofDays(20))));
    }
    return new Timeline(
        Instant.parse("2010-12-01T08:26:00Z"),
        Instant.parse("2011-12-09T12:50:00Z"),
        training,
        new Window(cutoff, cutoff.plus(Duration.ofDays(93))));
  }

  private static Segment segment(
      String by, String name, List<Scored> rows, int remainder, int divisor) {
    return new Segment(
        by,
        name,
        Predictions.of(rows.stream().filter(s -> s.customer() % divisor == remainder).toList()));
  }

  private static List<Feature> features(String name) {
    String[][] words = {
      {"ln1p_idle", "days without use", "ln d", "silence"},
      {"bgnbd_logit", "silence against rate and history", "ln", "silence"},
      {"gap_quantile", "share of earlier gaps this short", "0..1", "silence"},
      {"ln_rate_30", "use over about a month", "ln 1/d", "rate"},
      {"ln_rate_90", "use over about a quarter", "ln 1/d", "rate"},
      {"mean_gap", "usual gap between uses", "ln d", "rhythm"},
      {"cv_gap", "spread of the gaps", "-", "rhythm"},
      {"n_events", "days of use so far", "ln", "history"},
      {"tenure_at_last", "time from first to last use", "ln d", "history"},
      {"amt_avg", "spend on a day of use", "ln money", "value"},
      {"complaints_90", "recent complaints", "n", "complaint"},
      {"x", name, "-", "other"},
    };
    Bound[] bounds = {
      Bound.RAISES, Bound.RAISES, Bound.RAISES, Bound.LOWERS, Bound.LOWERS, Bound.FREE,
      Bound.FREE, Bound.FREE, Bound.FREE, Bound.FREE, Bound.FREE, Bound.FREE
    };
    List<Feature> features = new ArrayList<>();
    for (int i = 0; i < words.length; i++) {
      double sign = bounds[i] == Bound.LOWERS || i == 7 ? -1 : 1;
      double size = 0.8 / (1 + i);
      List<Effect> effect = new ArrayList<>();
      for (int k = 0; k <= 20; k++) {
        double value = words[i][2].equals("0..1") ? k / 20.0 : k * 0.23 - (i % 3);
        effect.add(new Effect(value, sigmoid(-0.7 + sign * size * (k - 10) / 4)));
      }
      features.add(
          new Feature(
              words[i][0],
              words[i][1],
              words[i][2],
              words[i][3],
              bounds[i],
              size,
              i == 10 ? null : sign * size,
              i == 11 ? List.of() : effect));
    }
    return features;
  }

  private static List<Silence> silences() {
    List<Silence> silences = new ArrayList<>();
    double[] gaps = {3, 9, 24, 60};
    String[] names = {
      "buys every 3 days", "buys every 9 days", "buys every 24 days", "bought twice, 60 days apart"
    };
    for (int c = 0; c < gaps.length; c++) {
      List<Moment> points = new ArrayList<>();
      for (int day = 0; day <= 120; day++) {
        points.add(new Moment(day, sigmoid(-3 + 0.4 * c + 1.9 * Math.log1p(day / gaps[c]))));
      }
      silences.add(new Silence(names[c], points));
    }
    return silences;
  }

  private static List<Trial> trials() {
    Random random = new Random(SEED);
    List<Trial> trials = new ArrayList<>();
    for (int i = 0; i < 26; i++) {
      trials.add(
          new Trial(
              i < 4 ? "sign-constrained logistic" : "monotone boosting",
              i < 4
                  ? "c " + Math.pow(10, -i)
                  : "trees " + (50 + 25 * i) + ", eta 0.0" + (2 + i % 7) + ", depth " + (2 + i % 5),
              0.456 + 0.03 * random.nextDouble(),
              i == 2 || i == 9));
    }
    return trials;
  }
}
