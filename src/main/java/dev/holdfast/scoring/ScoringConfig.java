package dev.holdfast.scoring;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** Settings of scoring. */
@ConfigMapping(prefix = "holdfast.scoring")
public interface ScoringConfig {

  /** From this risk on, a customer is in the medium band. */
  @WithDefault("0.3")
  @DecimalMin("0")
  @DecimalMax("1")
  double mediumFrom();

  /** From this risk on, a customer is in the high band. */
  @WithDefault("0.6")
  @DecimalMin("0")
  @DecimalMax("1")
  double highFrom();

  /** How far ahead a crossing is looked for; a customer silent for longer has lapsed. */
  @WithDefault("400D")
  Duration crossingHorizon();

  /** How long after the last imported event a customer is scored, so that an import scores once. */
  @WithDefault("2S")
  Duration settle();

  /**
   * How long after a change of the model or of the watched levels every replica judges by it; a
   * full rescore begins then. Replicas read both again every two seconds.
   */
  @WithDefault("4S")
  Duration spread();

  /** A full rescore waits while so many messages are not applied yet: live events come first. */
  @WithDefault("1000")
  long yieldAbove();

  /** Rows of the history of risk, and with them their receipts, are kept for so long. */
  @WithDefault("730D")
  Duration historyKept();

  /**
   * A risk is stale once the customer's source is this much behind the clock, beyond its own
   * cadence.
   */
  @WithDefault("1H")
  Duration staleAfter();

  /** How many streams of risks are answered at the same time; more are refused for a while. */
  @WithDefault("2")
  @Min(1)
  int streams();

  /** The band of a risk in [0, 1]. */
  default Band bandOf(double risk) {
    return Band.of(risk, mediumFrom(), highFrom());
  }
}
