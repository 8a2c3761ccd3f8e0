package dev.holdfast.effect;

import dev.holdfast.activity.ChurnDefinition;
import dev.holdfast.activity.ChurnKind;
import dev.holdfast.activity.LabelWindow;
import java.time.Duration;
import java.time.Instant;

/**
 * When an outcome is known, and what it is asked of. With silence: whether the customer is gone on
 * day {@code days} after the assignment, that is silent for its whole horizon up to then; a single
 * use in answer to the call, and silence after it, is not being kept. With the end of a contract:
 * whether it ended within the days.
 *
 * @param days from the assignment to the outcome, positive
 * @param horizonDays of the customer when it was assigned, in (0, days]
 */
public record Maturity(double days, double horizonDays) {

  /** Days after which a campaign is judged, unless the customer's own horizon is longer. */
  public static final int USUAL_DAYS = 60;

  public Maturity {
    if (!(horizonDays > 0 && horizonDays <= days)) {
      throw new IllegalArgumentException(
          "a horizon must be in (0, " + days + "] days, was " + horizonDays);
    }
  }

  /**
   * Of a customer with this horizon.
   *
   * @param atLeastDays after which outcomes are asked for, positive
   */
  public static Maturity of(double horizonDays, double atLeastDays) {
    return new Maturity(Math.max(atLeastDays, horizonDays), horizonDays);
  }

  /** The instant from which the outcome may be known. */
  public Instant at(Instant assigned) {
    return assigned.plus(span(days));
  }

  /**
   * What is asked, for {@link ChurnDefinition#label}.
   *
   * @param complete up to where all events of the customer are known
   */
  public LabelWindow window(ChurnDefinition churn, Instant assigned, Instant complete) {
    if (churn.kind() == ChurnKind.CONTRACT_END) {
      return new LabelWindow(assigned, Duration.ZERO, span(days), complete);
    }
    Instant end = at(assigned);
    Duration horizon = span(horizonDays);
    return new LabelWindow(end.minus(horizon), Duration.ZERO, horizon, complete);
  }

  private static Duration span(double days) {
    return Duration.ofSeconds(Math.round(days * 86_400));
  }
}
