package dev.holdfast.simulation;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What happens to a population from outside, known beforehand to whoever wrote it down and to
 * nobody in the simulated company.
 *
 * @param hazardFactor on everybody's hazard of leaving at all times, positive; 1 makes about one in
 *     four leave in a year
 * @param calls what retention calls can do
 * @param priceIncreases in any order
 * @param competitorShocks in any order; several multiply
 * @param outages in any order; they may overlap
 * @param clockOff by how much the clock of the source is ahead of true time (negative: behind);
 *     zero if it is right
 */
public record Scenario(
    double hazardFactor,
    CallSettings calls,
    List<PriceIncrease> priceIncreases,
    List<CompetitorShock> competitorShocks,
    List<Outage> outages,
    Duration clockOff) {

  public Scenario {
    if (!(hazardFactor > 0 && hazardFactor < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("the hazard factor must be positive, was " + hazardFactor);
    }
    priceIncreases = List.copyOf(priceIncreases);
    competitorShocks = List.copyOf(competitorShocks);
    outages = List.copyOf(outages);
  }

  /** Nothing from outside; calls work as usual. */
  public static Scenario ordinary() {
    return new Scenario(1, CallSettings.ordinary(), List.of(), List.of(), List.of(), Duration.ZERO);
  }

  /** The same with this factor on everybody's hazard. */
  public Scenario withHazardFactor(double factor) {
    return new Scenario(factor, calls, priceIncreases, competitorShocks, outages, clockOff);
  }

  /** The same with calls that work like this. */
  public Scenario withCalls(CallSettings settings) {
    return new Scenario(
        hazardFactor, settings, priceIncreases, competitorShocks, outages, clockOff);
  }

  /** The same with one more price increase. */
  public Scenario with(PriceIncrease increase) {
    return new Scenario(
        hazardFactor, calls, joined(priceIncreases, increase), competitorShocks, outages, clockOff);
  }

  /** The same with one more competitor's shock. */
  public Scenario with(CompetitorShock shock) {
    return new Scenario(
        hazardFactor, calls, priceIncreases, joined(competitorShocks, shock), outages, clockOff);
  }

  /** The same with one more outage. */
  public Scenario with(Outage outage) {
    return new Scenario(
        hazardFactor, calls, priceIncreases, competitorShocks, joined(outages, outage), clockOff);
  }

  /** The same with a source whose clock is off by this much. */
  public Scenario withClockOff(Duration ahead) {
    return new Scenario(hazardFactor, calls, priceIncreases, competitorShocks, outages, ahead);
  }

  /**
   * Writes one line per happening from outside after a line of column names, comma-separated, in
   * order of time. Part of the truth: for a file of its own that the product never reads.
   *
   * @throws IOException if {@code out} cannot be written to
   */
  public void write(Appendable out) throws IOException {
    record Line(Instant from, String text) {}
    List<Line> lines = new ArrayList<>();
    for (PriceIncrease each : priceIncreases) {
      lines.add(
          new Line(
              each.at(), row("price-increase", each.at(), "", each.segment(), each.hazardRatio())));
    }
    for (CompetitorShock each : competitorShocks) {
      lines.add(
          new Line(
              each.at(), row("competitor-shock", each.at(), "", Segment.ALL, each.hazardRatio())));
    }
    for (Outage each : outages) {
      String until = each.until().toString();
      lines.add(
          new Line(each.from(), row("outage", each.from(), until, each.segment(), each.share())));
    }
    lines.sort(Comparator.comparing(Line::from));
    out.append("what,from,until,segment,size\n");
    for (Line line : lines) {
      out.append(line.text()).append('\n');
    }
  }

  private static String row(String what, Instant from, String until, Segment segment, double size) {
    return String.format(Locale.ROOT, "%s,%s,%s,%s,%s", what, from, until, segment, size);
  }

  private static <T> List<T> joined(List<T> some, T another) {
    List<T> all = new ArrayList<>(some);
    all.add(another);
    return all;
  }
}
