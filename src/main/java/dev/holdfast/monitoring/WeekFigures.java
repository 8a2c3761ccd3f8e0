package dev.holdfast.monitoring;

import java.time.LocalDate;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How good a champion was on the labels that came due in one week.
 *
 * @param week its Monday (UTC)
 * @param rows customers with a label, one row each
 * @param leftOut customers left out because they were contacted or suspended
 * @param effectiveRows rows of equal weight that would say as much
 * @param observed churned customers, by weight
 * @param expected sum of the risks, by weight
 * @param ratio observed over expected
 * @param low lower end of the 95 percent interval of the ratio
 * @param high upper end
 * @param slope calibration slope; null with one outcome only
 * @param auc ranking; null with one outcome only
 * @param logLoss mean, natural logarithm
 * @param brier mean squared error
 * @param idleLogLoss log-loss of the naive idle rule on the same rows; null while it cannot be
 *     fitted
 * @param rivals what the models scored in shadow would have done, by version
 */
public record WeekFigures(
    LocalDate week,
    int rows,
    int leftOut,
    double effectiveRows,
    double observed,
    double expected,
    double ratio,
    double low,
    double high,
    @Nullable Double slope,
    @Nullable Double auc,
    double logLoss,
    double brier,
    @Nullable Double idleLogLoss,
    Map<String, Rival> rivals) {

  /**
   * A model scored in shadow, on the rows that both scored.
   *
   * @param rows how many
   * @param logLoss of the rival
   * @param championLogLoss of the champion on the same rows
   * @param championBetter share of the paired bootstrap draws in which the champion has the lower
   *     log-loss; null with one outcome only
   */
  public record Rival(
      int rows, double logLoss, double championLogLoss, @Nullable Double championBetter) {

    /** How much worse the champion is, as a share of the rival's log-loss; negative if better. */
    double championWorseBy() {
      return championLogLoss / logLoss - 1;
    }
  }

  /** As {@link Rival#championWorseBy} against the idle rule; null while it cannot be fitted. */
  @Nullable Double worseThanIdleBy() {
    return idleLogLoss == null ? null : logLoss / idleLogLoss - 1;
  }

  /** As {@link Poisson#outside}. */
  int outside(double bandLow, double bandHigh) {
    return new Poisson(ratio, low, high).outside(bandLow, bandHigh);
  }

  /** As {@link Poisson#surelyOutside}. */
  int surelyOutside(double bandLow, double bandHigh) {
    return new Poisson(ratio, low, high).surelyOutside(bandLow, bandHigh);
  }
}
