package dev.holdfast.monitoring;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** Settings of monitoring. */
@ConfigMapping(prefix = "holdfast.monitoring")
interface MonitoringConfig {

  /** How often a replica looks whether the day's monitoring is still to be done. */
  @WithDefault("1m")
  String every();

  /** How many customers are watched a day; all, if there are fewer. */
  @WithDefault("5000")
  @Min(100)
  @Max(100_000)
  int sample();

  /** Draws the sample and the bootstraps. */
  @WithDefault("20260101")
  long seed();

  /**
   * Whether a champion that lost by the stated rule is taken out of service without asking; else it
   * is proposed, and a person decides.
   */
  @WithDefault("false")
  boolean fallBack();

  /** How long watched scores are kept; longer than the longest horizon. */
  @WithDefault("200D")
  Duration keep();
}
