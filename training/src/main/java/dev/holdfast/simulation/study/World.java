package dev.holdfast.simulation.study;

import dev.holdfast.simulation.Population;
import dev.holdfast.simulation.Scenario;
import dev.holdfast.simulation.Simulation;
import dev.holdfast.training.Experiment;
import java.time.Duration;
import java.time.Instant;

/**
 * The time line that the studies share: a year of history, the cut-off, the thirty days that are
 * asked about, and two more in which what was late arrives.
 */
final class World {

  private static final Duration YEAR = Duration.ofDays(365);

  /** The cut-off of the model: in a part of the year without holidays before or after it. */
  static final Instant CUTOFF = Instant.parse("2025-11-16T00:00:00Z");

  /** A cut-off at the end of a week in which two in five customers use the service half as much. */
  static final Instant AFTER_HOLIDAYS = Instant.parse("2026-01-01T00:00:00Z");

  /** When history begins. */
  static final Instant FROM = CUTOFF.minus(YEAR);

  /** The trainers of the demo as they are by default. */
  static final String BOTH = "logistic: {}\nboosting: {}";

  /** How far ahead churn is asked about. */
  static final Duration HORIZON = Duration.ofDays(30);

  /** Events of the test window are complete by then. */
  static final Instant END = endOf(CUTOFF);

  private World() {}

  /**
   * The question of the demo, of snapshots with equal weights, for these worlds do not change: of
   * those seen in the last 30 days, who is not seen in the next?
   */
  static Experiment experiment(long seed) {
    return experiment(30, CUTOFF, 8, BOTH, seed);
  }

  /**
   * The same of those seen in fewer days, or at another cut-off.
   *
   * @param maximumIdleDays a customer silent for longer is not asked about
   * @param snapshots most training snapshots of a customer
   * @param trainers lines of the experiment, such as {@link #BOTH}
   */
  static Experiment experiment(
      int maximumIdleDays, Instant cutoff, int snapshots, String trainers, long seed) {
    return Experiment.parse(
        """
        name: study
        churn:
          horizon: P30D
          maximumIdleDays: %d
        lateness: P1D
        minimumHistoryDays: 45
        snapshots:
          cutoff: %s
          spacingDays: 30
          count: %d
          spread: false
          fade: 1
        %s
        calibration: auto
        seed: %d
        """
            .formatted(maximumIdleDays, cutoff, snapshots, trainers, seed),
        "the experiment of the studies");
  }

  /** When the events of the window after a cut-off are complete. */
  static Instant endOf(Instant cutoff) {
    return cutoff.plus(HORIZON).plus(Duration.ofDays(2));
  }

  /** A population of this seed that stands at the beginning of its history. */
  static Simulation of(long seed, int customers, Scenario scenario) {
    return before(CUTOFF, seed, customers, scenario);
  }

  /** Customers with a year of history before a cut-off. */
  static Population population(Instant cutoff, long seed, int customers) {
    return Population.draw(seed, customers, cutoff.minus(YEAR));
  }

  /** The same with a year of history before another cut-off. */
  static Simulation before(Instant cutoff, long seed, int customers, Scenario scenario) {
    return new Simulation(population(cutoff, seed, customers), scenario, endOf(cutoff));
  }
}
