package dev.holdfast.training.report;

import dev.holdfast.evaluation.Auc;
import dev.holdfast.evaluation.Calibration;
import dev.holdfast.evaluation.Interval;
import dev.holdfast.evaluation.Lift;
import dev.holdfast.evaluation.Loss;
import dev.holdfast.evaluation.PairedDifference;
import dev.holdfast.evaluation.PrecisionRecall;
import dev.holdfast.evaluation.Predictions;
import dev.holdfast.evaluation.Profit;
import dev.holdfast.evaluation.Reliability;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What is measured for a report, once for the page and the card.
 *
 * @param of each candidate, in the order of the facts
 * @param auc of the chosen model
 * @param logLoss of the chosen model
 * @param topTenth share of churn in the tenth it ranks highest
 * @param ratio observed to expected churn
 * @param slope of calibration
 * @param reliability of the chosen model
 * @param segments in the order of the facts
 */
record Figures(
    List<Line> of,
    Interval auc,
    Interval logLoss,
    Interval topTenth,
    Interval ratio,
    Interval slope,
    List<Reliability.Bin> reliability,
    List<SegmentLine> segments) {

  private static final double TOP = 0.1;
  private static final int BINS = 10;

  /**
   * A candidate's figures.
   *
   * @param topTenth share of churn in the tenth ranked highest
   * @param empc null if the facts have no economics
   * @param difference of the chosen model from this one; null for itself
   */
  record Line(
      ReportFacts.Candidate candidate,
      double auc,
      double averagePrecision,
      double logLoss,
      double brier,
      double lift,
      double topTenth,
      Calibration calibration,
      Profit.@Nullable Point empc,
      @Nullable PairedDifference difference) {

    PairedDifference against() {
      if (difference == null) {
        throw new IllegalStateException("the chosen model is not compared with itself");
      }
      return difference;
    }
  }

  /**
   * A segment's calibration.
   *
   * @param predicted mean probability
   * @param observed share that churned
   * @param ratio observed to expected; empty if the segment is too small to tell
   */
  record SegmentLine(
      ReportFacts.Segment segment, double predicted, double observed, Optional<Interval> ratio) {}

  static Figures of(ReportFacts facts) {
    Predictions chosen = facts.candidates().get(0).predictions();
    List<Line> lines = new ArrayList<>();
    for (ReportFacts.Candidate candidate : facts.candidates()) {
      Predictions p = candidate.predictions();
      double lift = Lift.atTop(TOP, p);
      lines.add(
          new Line(
              candidate,
              Auc.of(p),
              PrecisionRecall.average(p),
              Loss.log(p),
              Loss.brier(p),
              lift,
              lift * p.churnRate(),
              Calibration.of(p),
              facts.economics() == null ? null : Profit.empc(p, facts.economics()),
              candidate.kind() == ReportFacts.Kind.CHOSEN
                  ? null
                  : PairedDifference.of(chosen, p, facts.bootstrapRounds(), facts.seed())));
    }
    List<SegmentLine> segments = new ArrayList<>();
    for (ReportFacts.Segment segment : facts.segments()) {
      Reliability.Bin all = Reliability.of(segment.predictions(), 1).get(0);
      segments.add(
          new SegmentLine(segment, all.predicted(), all.observed(), ratio(facts, segment)));
    }
    return new Figures(
        List.copyOf(lines),
        interval(facts, chosen, Auc::of),
        interval(facts, chosen, Loss::log),
        interval(facts, chosen, p -> Lift.atTop(TOP, p) * p.churnRate()),
        interval(facts, chosen, Calibration::ratioOf),
        interval(facts, chosen, Calibration::slopeOf),
        Reliability.of(chosen, BINS),
        List.copyOf(segments));
  }

  private static Interval interval(
      ReportFacts facts, Predictions predictions, ToDoubleFunction<Predictions> measure) {
    return Interval.bootstrap(predictions, facts.bootstrapRounds(), facts.seed(), measure);
  }

  private static Optional<Interval> ratio(ReportFacts facts, ReportFacts.Segment segment) {
    try {
      return Optional.of(interval(facts, segment.predictions(), Calibration::ratioOf));
    } catch (IllegalArgumentException tooFew) {
      // A segment may be too small to be judged; it is shown without an interval.
      return Optional.empty();
    }
  }

  Line chosen() {
    return of.get(0);
  }

  /** All but the chosen model. */
  List<Line> others() {
    return of.subList(1, of.size());
  }

  /** The rule without a model that the first screen names. */
  Optional<Line> naive() {
    return of.stream().filter(l -> l.candidate().kind() == ReportFacts.Kind.NAIVE).findFirst();
  }
}
