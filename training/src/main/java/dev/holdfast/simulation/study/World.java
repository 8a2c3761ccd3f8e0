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

  /** When history begins. */
  static final Instant FROM = Instant.parse("2025-01-01T00:00:00Z");

  /** The cut-off of the model. */
  static final Instant CUTOFF = FROM.plus(Duration.ofDays(365));

  /** How far ahead churn is asked about. */
  static final Duration HORIZON = Duration.ofDays(30);

  /** Events of the test window are complete by then. */
  static final Instant END = CUTOFF.plus(HORIZON).plus(Duration.ofDays(2));

  private World() {}

  /** The question of the demo: of those seen in the last 30 days, who is not seen in the next? */
  static Experiment experiment(long seed) {
    return experiment(30, CUTOFF, 8, seed);
  }

  /**
   * The same of those seen in fewer days, or at another cut-off.
   *
   * @param maximumIdleDays a customer silent for longer is not asked about
   * @param snapshots most training snapshots of a customer
   */
  static Experiment experiment(int maximumIdleDays, Instant cutoff, int snapshots, long seed) {
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
        logistic: {}
        boosting: {}
        calibration: auto
        seed: %d
        """
            .formatted(maximumIdleDays, cutoff, snapshots, seed),
        "the experiment of the studies");
  }

  /** A population of this seed that stands at the beginning of its history. */
  static Simulation of(long seed, int customers, Scenario scenario) {
    return new Simulation(Population.draw(seed, customers, FROM), scenario, END);
  }
}
