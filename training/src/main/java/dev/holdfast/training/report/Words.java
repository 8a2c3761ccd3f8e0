package dev.holdfast.training.report;

import dev.holdfast.evaluation.Interval;
import dev.holdfast.evaluation.PairedDifference;
import dev.holdfast.evaluation.Predictions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The sentences of the first screen and the card: figures for who does not read figures. */
final class Words {

  // An interval of observed over expected as wide as this shows little.
  private static final double WIDE = 0.4;

  private Words() {}

  static String question(ReportFacts facts) {
    return "For "
        + facts.question().customers()
        + ": the probability that a customer "
        + facts.question().outcome()
        + ".";
  }

  static String verdict(ReportFacts facts) {
    // Without time there are no events to serve by: such a model is applied to tables.
    String use = facts.timeline() == null ? "be applied to other tables" : "serve";
    return facts.verdict().passed()
        ? "Passed the gate: it may "
            + use
            + (facts.timeline() == null ? "." : " once a person promotes it.")
        : "Refused by the gate: it must not " + use + " as it is.";
  }

  /** A count of a hundred customers. */
  static long ofHundred(double share) {
    return Math.round(100 * share);
  }

  static String howGood(Figures figures) {
    double random = figures.chosen().candidate().predictions().churnRate();
    return "Of 100 customers from the tenth it ranks highest, "
        + ofHundred(figures.topTenth().value())
        + " did churn; picking 100 at random finds "
        + ofHundred(random)
        + ".";
  }

  static Optional<String> againstTheNaiveRule(Figures figures) {
    return figures
        .naive()
        .map(
            naive ->
                "The "
                    + naive.candidate().name()
                    + ", which needs no model, finds "
                    + ofHundred(naive.topTenth())
                    + ". Over all customers the model's probabilities are "
                    + comparison(naive.against())
                    + ": better in "
                    + Numbers.fixed(100 * naive.against().better(), 0)
                    + " of 100 tests redrawn from these customers.");
  }

  /** Whether the first of two is better, in a word or two. */
  static String comparison(PairedDifference difference) {
    Interval logLoss = difference.logLoss();
    if (logLoss.high() < 0) {
      return "clearly better";
    }
    return logLoss.low() > 0 ? "clearly worse" : "not clearly better or worse";
  }

  static String howSure(ReportFacts facts, Figures figures) {
    Predictions test = figures.chosen().candidate().predictions();
    String rows =
        test.size() == test.customers()
            ? Numbers.count(test.size()) + " customers"
            : Numbers.count(test.size())
                + " rows of "
                + Numbers.count(test.customers())
                + " customers";
    return "Measured on "
        + rows
        + (isLater(facts.timeline())
            ? ", all after everything it learnt from"
            : " that it did not learn from")
        + ". With other customers like them the "
        + ofHundred(figures.topTenth().value())
        + " would lie between "
        + ofHundred(figures.topTenth().low())
        + " and "
        + ofHundred(figures.topTenth().high())
        + " (19 times in 20).";
  }

  private static boolean isLater(ReportFacts.@Nullable Timeline timeline) {
    return timeline != null
        && timeline.training().stream()
            .noneMatch(window -> window.known().isAfter(timeline.test().cutoff()));
  }

  static String probabilities(Figures figures) {
    double observed = figures.chosen().candidate().predictions().churnRate();
    double expected = observed / figures.ratio().value();
    return "It expected "
        + Numbers.percent(expected, 1)
        + " to churn and "
        + Numbers.percent(observed, 1)
        + " did: "
        + trust(figures)
        + ".";
  }

  private static String trust(Figures figures) {
    if (figures.ratio().low() > 1.05) {
      return "its probabilities are too low";
    }
    if (figures.ratio().high() < 0.95) {
      return "its probabilities are too high";
    }
    if (figures.slope().high() < 0.9) {
      return "right on average, but its extremes are too extreme";
    }
    if (figures.slope().low() > 1.1) {
      return "right on average, but its extremes are too timid";
    }
    if (figures.ratio().low() > 1) {
      return "its probabilities are a little too low";
    }
    if (figures.ratio().high() < 1) {
      return "its probabilities are a little too high";
    }
    return figures.ratio().high() - figures.ratio().low() > WIDE
        ? "no error shows, but the test is too small to be sure"
        : "its probabilities can be taken at their word";
  }

  static List<String> summary(ReportFacts facts, Figures figures) {
    List<String> sentences = new ArrayList<>();
    sentences.add(howGood(figures));
    againstTheNaiveRule(figures).ifPresent(sentences::add);
    sentences.add(howSure(facts, figures));
    sentences.add(probabilities(figures));
    return sentences;
  }

  static String interval(Interval interval, int decimals) {
    return Numbers.fixed(interval.low(), decimals)
        + " to "
        + Numbers.fixed(interval.high(), decimals);
  }

  static String signedInterval(Interval interval, int decimals) {
    return Numbers.signed(interval.low(), decimals)
        + " to "
        + Numbers.signed(interval.high(), decimals);
  }

  static String kind(ReportFacts.Kind kind) {
    return switch (kind) {
      case CHOSEN -> "the model";
      case TRAINED -> "also trained";
      case NAIVE -> "rule without a model";
      case REFERENCE -> "reference only";
    };
  }

  static String bound(ReportFacts.Bound bound) {
    return switch (bound) {
      case RAISES -> "may only raise";
      case LOWERS -> "may only lower";
      case FREE -> "free";
    };
  }
}
