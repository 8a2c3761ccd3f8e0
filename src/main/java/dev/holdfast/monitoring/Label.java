package dev.holdfast.monitoring;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What became of a watched customer up to an instant: silence throughout the horizon is churn;
 * silence that we ordered (a suspension before any use) is neither churn nor its opposite.
 *
 * @param returnDays days from the score to the first use; null if there was none
 * @param known false if a suspension came before any use
 */
record Label(@Nullable Double returnDays, boolean known) {

  private static final double DAY_MICROS = 86_400e6;

  /**
   * The label of a customer whose first use and first suspension after {@code asOf} are these.
   *
   * @param asOf when the customer was scored
   * @param firstUse null if there was none in the window
   * @param suspended null if there was none in the window
   */
  static Label of(Instant asOf, @Nullable Instant firstUse, @Nullable Instant suspended) {
    if (suspended != null && (firstUse == null || suspended.isBefore(firstUse))) {
      return new Label(null, false);
    }
    if (firstUse == null) {
      return new Label(null, true);
    }
    Duration gap = Duration.between(asOf, firstUse);
    return new Label((gap.getSeconds() * 1e6 + gap.getNano() / 1_000) / DAY_MICROS, true);
  }
}
