package dev.holdfast.platform;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of the business clock, as stored.
 *
 * @param mode how business time runs
 * @param businessAnchor a business instant, present unless the mode is real
 * @param systemAnchor the system instant at which the clock shows {@code businessAnchor}, present
 *     unless the mode is real
 * @param rate business seconds per system second; used by the accelerated mode only, positive
 */
public record ClockSetting(
    Mode mode, @Nullable Instant businessAnchor, @Nullable Instant systemAnchor, double rate) {

  private static final double MICROS_PER_SECOND = 1_000_000;

  /** How business time runs. */
  public enum Mode {
    /** Business time is machine time. */
    REAL,
    /** Business time stands still. */
    FIXED,
    /** Business time runs {@code rate} times as fast as machine time. */
    ACCELERATED;

    /** The name in the database and on the command line. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Business time is machine time. */
  public static final ClockSetting REAL = new ClockSetting(Mode.REAL, null, null, 1);

  public ClockSetting {
    if (mode != Mode.REAL && (businessAnchor == null || systemAnchor == null)) {
      throw new IllegalArgumentException("a " + mode.wireName() + " clock needs both anchors");
    }
    if (mode == Mode.ACCELERATED && !(rate > 0 && rate <= 1_000_000)) {
      throw new IllegalArgumentException("rate must be in (0, 1000000], was " + rate);
    }
  }

  Instant at(Instant system) {
    return switch (mode) {
      case REAL -> system;
      case FIXED -> anchor();
      case ACCELERATED -> plus(anchor(), Duration.between(start(), system), rate);
    };
  }

  private Instant anchor() {
    return Objects.requireNonNull(businessAnchor);
  }

  private Instant start() {
    return Objects.requireNonNull(systemAnchor);
  }

  private static Instant plus(Instant from, Duration elapsed, double factor) {
    double seconds = elapsed.getSeconds() + elapsed.getNano() / 1e9;
    long micros = Math.round(seconds * factor * MICROS_PER_SECOND);
    return from.plus(micros, ChronoUnit.MICROS);
  }
}
