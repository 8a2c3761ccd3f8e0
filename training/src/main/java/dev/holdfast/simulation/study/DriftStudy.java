package dev.holdfast.simulation.study;

import dev.holdfast.evaluation.Scored;
import dev.holdfast.monitoring.State;
import dev.holdfast.monitoring.Verdict;
import dev.holdfast.monitoring.WeeklyWatch;
import dev.holdfast.simulation.PriceIncrease;
import dev.holdfast.simulation.Scenario;
import dev.holdfast.simulation.Segment;
import dev.holdfast.simulation.Simulation;
import dev.holdfast.training.Exposures;
import dev.holdfast.training.Rehearsal;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * How soon the service notices that the world has changed, and how often it cries wolf.
 *
 * <p>A model is trained in a quiet year and then watched for sixteen weeks by the rules of the
 * service, with a snapshot of all customers on each Monday. In one world the price goes up for
 * everybody seven weeks in, and more of them leave; in the other nothing happens. The first labels
 * that have the increase in all of their window mature one horizon after it.
 */
final class DriftStudy implements Study {

  private static final int WEEKS = 16;
  private static final int QUIET_WEEKS = 7;
  private static final Duration WEEK = Duration.ofDays(7);
  private static final double HAZARD_RATIO = 4;
  private static final Duration FADES = Duration.ofDays(90);

  @Override
  public String name() {
    return "drift";
  }

  @Override
  public String question() {
    return "Is a price shock noticed within two weeks of its labels, and is it quiet without one?";
  }

  @Override
  public List<Finding> run(Plan plan, Consumer<String> progress) {
    List<Finding> findings = new ArrayList<>();
    int quiet = 0;
    int watched = 0;
    int wolf = 0;
    double worst = 0;
    for (long seed : plan.seeds()) {
      progress.accept("drift: a world of seed " + seed);
      Histories calm = new Histories(plan.customers());
      live(seed, plan.customers(), Scenario.ordinary()).advanceTo(end(), calm);
      Rehearsal model = Rehearsal.of(World.experiment(seed), calm, Exposures.none(), progress);
      Watch without = watch(model, calm);
      quiet += without.quiet;
      watched += without.judged;
      wolf += without.alarms;
      worst = Math.max(worst, without.worst);

      Histories shocked = new Histories(plan.customers());
      PriceIncrease increase = new PriceIncrease(shock(), Segment.ALL, 15, HAZARD_RATIO, FADES);
      live(seed, plan.customers(), Scenario.ordinary().with(increase)).advanceTo(end(), shocked);
      Watch with = watch(model, shocked);
      String n =
          String.format(
              Locale.ROOT, "%d snapshots, about %,d labels a week", WEEKS, with.labelsAWeek);
      findings.add(
          Finding.told(
                  name(),
                  "weeks from the first labels of the shock to the alarm",
                  "" + seed,
                  n,
                  with.weeksToAlarm)
              .atMost(2));
      findings.add(
          Finding.told(
              name(),
              "observed over expected in the week of the alarm",
              "" + seed,
              n,
              with.ratioAtAlarm));
      findings.add(
          Finding.told(
              name(), "largest PSI of the risk after the shock", "" + seed, n, with.worst));
    }
    String seeds = String.join(", ", plan.seeds().stream().map(String::valueOf).toList());
    String weeks = watched + " weeks without a shock";
    findings.add(
        Finding.told(
                name(),
                "share of weeks without a shock whose PSI of the risk is quiet",
                seeds,
                weeks,
                (double) quiet / watched)
            .atLeast(0.95));
    findings.add(
        Finding.told(name(), "largest PSI of the risk without a shock", seeds, weeks, worst));
    findings.add(
        Finding.told(
            name(), "weeks without a shock with an alarm of calibration", seeds, weeks, wolf));
    return findings;
  }

  private static Simulation live(long seed, int customers, Scenario scenario) {
    return World.of(seed, customers, scenario);
  }

  /** The first Monday after the cut-off. */
  private static Instant firstMonday() {
    return World.CUTOFF
        .atZone(ZoneOffset.UTC)
        .with(TemporalAdjusters.next(DayOfWeek.MONDAY))
        .toInstant();
  }

  private static Instant shock() {
    return firstMonday().plus(WEEK.multipliedBy(QUIET_WEEKS));
  }

  private static Instant end() {
    return World.endOf(firstMonday().plus(WEEK.multipliedBy(WEEKS)));
  }

  /** What the watch saw in one world. */
  private static final class Watch {
    private int quiet;
    private int judged;
    private int alarms;
    private int labelsAWeek;
    private double worst;
    private double ratioAtAlarm = Double.NaN;
    private double weeksToAlarm = Double.POSITIVE_INFINITY;
  }

  private static Watch watch(Rehearsal model, Histories histories) {
    Watch seen = new Watch();
    double[] risks =
        model.judged(histories, World.CUTOFF, end()).stream()
            .mapToDouble(Scored::probability)
            .toArray();
    WeeklyWatch watch = new WeeklyWatch(risks, World.HORIZON);
    Instant mature = shock().plus(World.HORIZON);
    for (int week = 0; week < WEEKS; week++) {
      Instant at = firstMonday().plus(WEEK.multipliedBy(week));
      List<Scored> customers = model.judged(histories, at, end());
      seen.labelsAWeek = customers.size();
      Verdict drift = watch.take(at, customers);
      seen.judged++;
      seen.quiet += drift.state() == State.QUIET ? 1 : 0;
      seen.worst = Math.max(seen.worst, drift.figures().getOrDefault("psi", 0.0));
      Verdict calibration = watch.calibration(at);
      if (calibration.state() == State.ALARM) {
        seen.alarms++;
        double ratio = calibration.figures().getOrDefault("observedToExpected", Double.NaN);
        // Too little churn is an alarm as well, but not of this shock.
        boolean ofTheShock = ratio > 1 && !at.isBefore(shock());
        if (ofTheShock && seen.weeksToAlarm == Double.POSITIVE_INFINITY) {
          // Labels that mature in a week are judged when it is over.
          seen.weeksToAlarm =
              Math.max(0, Duration.between(mature, at).toHours() / (double) WEEK.toHours());
          seen.ratioAtAlarm = ratio;
        }
      }
    }
    return seen;
  }
}
