package dev.holdfast.warning;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** Settings of the watch of the feeds. */
@ConfigMapping(prefix = "holdfast.feeds")
interface FeedsConfig {

  /** How often a replica looks at the feeds. */
  @WithDefault("30s")
  String every();

  /** How often the customers of each feed are counted. */
  @WithDefault("5m")
  Duration countEvery();

  /** How often a year all feeds together may be called thin although nothing is wrong. */
  @WithDefault("2")
  @DecimalMin("0.01")
  double falseAlarmsAYear();

  /** Share of the expected events that must be missing before a feed is thin. */
  @WithDefault("0.3")
  @DecimalMin("0.01")
  @DecimalMax("1")
  double leastDrop();

  /** Number of expected events that must be missing before a feed is thin. */
  @WithDefault("20")
  @Min(1)
  int leastMissing();

  /** By how much the share of refused, repeated or late messages must rise; half of it is over. */
  @WithDefault("0.1")
  @DecimalMin("0.01")
  @DecimalMax("1")
  double shift();

  /**
   * How long after an incident began, or after the feed was last silent, the timers of its
   * customers wait for an answer, in business time.
   */
  @WithDefault("3D")
  Duration holdAtMost();
}
