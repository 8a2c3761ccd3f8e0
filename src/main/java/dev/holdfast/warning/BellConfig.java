package dev.holdfast.warning;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Optional;

/** Settings of the bell for a cohort. */
@ConfigMapping(prefix = "holdfast.bell")
public interface BellConfig {

  /** Whether visits are counted and segments watched. */
  @WithDefault("true")
  boolean enabled();

  /** How often a replica adds up the counts and looks whether a slot is complete. */
  @WithDefault("1m")
  String every();

  /**
   * Segments by profile values, levels with slashes and paths with commas between, see {@link
   * SegmentTree}. {@code cohort} is the month of sign-up, or of the first use. Empty: all customers
   * together only.
   */
  @WithDefault("region/plan, product, device, cohort")
  Optional<String> segments();

  /** The profile value that begins with the date of sign-up. */
  @WithDefault("signedUp")
  String signedUp();

  /** How often a year all segments together, by day and by hour, may ring with nothing wrong. */
  @WithDefault("1")
  @DecimalMin("0.01")
  double falseAlarmsAYear();

  /** Share of the expected customers that must be missing before it is worth a call. */
  @WithDefault("0.1")
  @DecimalMin("0")
  @DecimalMax("1")
  double leastDrop();

  /** Number of the expected visits that must be missing before it is worth a call. */
  @WithDefault("20")
  @Min(0)
  int leastMissing();

  /** A segment is watched by the day once so many of its customers are due on one. */
  @WithDefault("50")
  @Min(1)
  int leastDue();

  /** A segment is watched by the hour once so many of its customers are expected in one. */
  @WithDefault("20")
  @Min(1)
  int leastExpectedAnHour();

  /** How many segments are watched. */
  @WithDefault("1000")
  @Min(1)
  @Max(100_000)
  int mostSegments();

  /** How many of them also by the hour; each takes 80 kB of memory. 0: none. */
  @WithDefault("200")
  @Min(0)
  int mostSegmentsByTheHour();

  /**
   * How many combinations of values and sources are told apart; customers of a further one count
   * among all customers only.
   */
  @WithDefault("20000")
  @Min(1)
  int mostCells();

  /** How long after the end of a day it is looked at, once the sources are complete past it. */
  @WithDefault("1H")
  Duration grace();

  /** The same of an hour. */
  @WithDefault("15M")
  Duration graceByTheHour();

  /** How long a slot waits for a source; then its customers are left out. */
  @WithDefault("3D")
  Duration waitAtMost();

  /** What ended longer ago raises no incident: history is not news. */
  @WithDefault("3D")
  Duration newsFor();

  /** A segment that rang raises no other incident for so long. */
  @WithDefault("7D")
  Duration refireAfter();

  /** How many incidents a day raise a message; further ones are opened without. */
  @WithDefault("20")
  @Min(1)
  int mostMessagesADay();

  /** How many of the missing customers of an incident are listed. */
  @WithDefault("100000")
  @Min(0)
  int mostListed();
}
