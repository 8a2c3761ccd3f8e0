package dev.holdfast.event;

import java.time.Duration;
import java.util.Locale;

/** How a source reports, and how long its silence is still normal by default. */
public enum Cadence {
  /** Event by event, all day long. */
  STREAM(Duration.ofHours(6)),
  /** A file every hour; complete when declared so. */
  HOURLY(Duration.ofHours(3)),
  /** A file a day, usually of the day before; complete when declared so. */
  DAILY(Duration.ofHours(48));

  private final Duration maxSilence;

  Cadence(Duration maxSilence) {
    this.maxSilence = maxSilence;
  }

  /** The default of a source that names none. */
  public Duration maxSilence() {
    return maxSilence;
  }

  /** The name in files, answers and the table. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads a wire name.
   *
   * @throws IllegalArgumentException if there is no such cadence
   */
  public static Cadence of(String name) {
    for (Cadence cadence : values()) {
      if (cadence.wireName().equals(name)) {
        return cadence;
      }
    }
    throw new IllegalArgumentException(
        "cadence must be stream, hourly or daily, was \"" + name + "\"");
  }
}
