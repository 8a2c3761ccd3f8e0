package dev.holdfast.activity;

import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;

/**
 * What this deployment calls churn, of whom it asks, and how a past customer is labelled.
 *
 * @param kind silence or contract end
 * @param fixedHorizonDays the same horizon for everybody, 1 to 365; 0 for three usual gaps of the
 *     customer, at least 14 and at most 90 days, with silence only
 * @param maximumIdleDays a customer silent for longer has lapsed and is no longer asked about; 0
 *     for no limit; with silence only
 * @param minimumOccasions a customer with fewer occasions of use is not yet asked about; at least
 *     1; with silence only
 * @param graceDays a contract renewed so many days after it ran out, or earlier, did not end; 0 to
 *     365; with contract end only
 */
public record ChurnDefinition(
    ChurnKind kind,
    int fixedHorizonDays,
    int maximumIdleDays,
    int minimumOccasions,
    int graceDays) {

  /** Days of grace unless a deployment says otherwise. */
  public static final int USUAL_GRACE_DAYS = 30;

  private static final double GAPS = 3;
  private static final double SHORTEST = 14;
  private static final double LONGEST = 90;
  private static final int LAPSED_AFTER = 180;

  public ChurnDefinition {
    if (fixedHorizonDays < 0 || fixedHorizonDays > 365) {
      throw new IllegalArgumentException(
          "the horizon must be 1 to 365 days, or 0 for per customer, was " + fixedHorizonDays);
    }
    if (kind == ChurnKind.CONTRACT_END && fixedHorizonDays == 0) {
      throw new IllegalArgumentException(
          "the end of a contract needs a horizon of 1 to 365 days; usual gaps of use say nothing"
              + " of it");
    }
    if (maximumIdleDays < 0) {
      throw new IllegalArgumentException(
          "the longest silence must be 0 (no limit) or more days, was " + maximumIdleDays);
    }
    if (minimumOccasions < 1) {
      throw new IllegalArgumentException(
          "the fewest occasions must be 1 or more, was " + minimumOccasions);
    }
    if (graceDays < 0 || graceDays > 365) {
      throw new IllegalArgumentException("the grace must be 0 to 365 days, was " + graceDays);
    }
  }

  /** Silence over this horizon. */
  public static ChurnDefinition silence(
      int fixedHorizonDays, int maximumIdleDays, int minimumOccasions) {
    return new ChurnDefinition(
        ChurnKind.SILENCE, fixedHorizonDays, maximumIdleDays, minimumOccasions, 0);
  }

  /** Silence with the same horizon for everybody; customers lapse after 180 days. */
  public static ChurnDefinition fixed(int days) {
    return silence(days, LAPSED_AFTER, 1);
  }

  /**
   * Silence over three usual gaps of each customer, 14 to 90 days; customers lapse after 180 days.
   */
  public static ChurnDefinition perCustomer() {
    return silence(0, LAPSED_AFTER, 1);
  }

  /** The end of the contract within the horizon. */
  public static ChurnDefinition contractEnd(int horizonDays, int graceDays) {
    return new ChurnDefinition(ChurnKind.CONTRACT_END, horizonDays, 0, 1, graceDays);
  }

  /** The horizon of a customer in days; constant between events. */
  public double horizonDays(ActivityState state, double medianGapDays) {
    if (fixedHorizonDays > 0) {
      return fixedHorizonDays;
    }
    double gap = state.usage.shrunkenGap(medianGapDays);
    return Math.min(LONGEST, Math.max(SHORTEST, GAPS * gap));
  }

  /** The longest horizon anybody can have, in days. */
  public double longestHorizonDays() {
    return fixedHorizonDays > 0 ? fixedHorizonDays : LONGEST;
  }

  /**
   * How long after the end of a window its label becomes known, in days: the grace of a contract
   * that ran out on the last day, 0 with silence.
   */
  public int settlingDays() {
    return kind == ChurnKind.CONTRACT_END ? graceDays : 0;
  }

  /**
   * True if the question makes sense. Silence: the customer used the service often enough, has not
   * left, is not suspended and has not lapsed. Contract end: a contract runs.
   */
  public boolean eligible(ActivityState state, Instant at) {
    if (kind == ChurnKind.CONTRACT_END) {
      return state.inContract(at) && !state.closed();
    }
    return state.usageOccasions() >= minimumOccasions
        && !state.closed()
        && !state.suspended()
        && (maximumIdleDays == 0 || state.idleDays(at) <= maximumIdleDays);
  }

  /**
   * What became of a customer who was {@linkplain #eligible eligible} at the cut-off.
   *
   * <p>A window whose end, with the time to {@linkplain #settlingDays() settle}, is not complete
   * gives {@link ChurnLabel#UNKNOWN}, whatever is known already: who is known early to have stayed
   * must not be counted where those who left are not.
   *
   * <p>Silence: any use in the window, the lead time included, is {@link ChurnLabel#STAYED}, none
   * is {@link ChurnLabel#CHURNED}. A suspension before the first use gives {@link
   * ChurnLabel#UNKNOWN}: that silence is ordered, and what would have followed is not known.
   *
   * <p>Contract end: churn is the instant at which the customer ended the contract, or at which it
   * ran out if no renewal came within the grace. An ending within the grace decides why it ran out;
   * one that is not the customer's wish is a competing cause and gives {@link ChurnLabel#UNKNOWN}.
   *
   * @param history all events of the customer, those before the cut-off too, in the order in which
   *     states take them
   */
  public ChurnLabel label(List<Event> history, LabelWindow window) {
    if (window.end().plus(Duration.ofDays(settlingDays())).isAfter(window.complete())) {
      return ChurnLabel.UNKNOWN;
    }
    return kind == ChurnKind.CONTRACT_END
        ? contractLabel(history, window)
        : silenceLabel(history, window);
  }

  private static ChurnLabel silenceLabel(List<Event> history, LabelWindow window) {
    for (Event event : history) {
      if (!event.occurredAt().isAfter(window.cutoff())) {
        continue;
      }
      if (event.occurredAt().isAfter(window.end())) {
        break;
      }
      if (event.kind().isUse()) {
        return ChurnLabel.STAYED;
      }
      if (event.kind() == EventKind.STATUS && event.name().equalsIgnoreCase("suspended")) {
        return ChurnLabel.UNKNOWN;
      }
    }
    return ChurnLabel.CHURNED;
  }

  private ChurnLabel contractLabel(List<Event> history, LabelWindow window) {
    long cutoff = ActivityState.micros(window.cutoff());
    long end = ActivityState.micros(window.end());
    long grace = ActivityState.micros(Instant.EPOCH.plus(Duration.ofDays(graceDays)));
    Contract contract = new Contract();
    for (Event event : history) {
      long at = ActivityState.micros(event.occurredAt());
      if (at > cutoff) {
        boolean ranOut = contract.end <= end && contract.end < at - grace;
        if (ranOut || !contract.runsAt(cutoff) || (at > end && contract.end > end)) {
          break;
        }
        if (Contract.ends(event)) {
          return endedAt(Math.min(contract.end, at), Contract.endsVoluntarily(event), window);
        }
      }
      contract.add(event, at);
    }
    if (!contract.runsAt(cutoff)) {
      // Nobody knew yet at the cut-off, or it would not have been asked.
      return ChurnLabel.TOO_LATE;
    }
    return endedAt(contract.end, true, window);
  }

  private static ChurnLabel endedAt(long ended, boolean voluntarily, LabelWindow window) {
    if (ended > ActivityState.micros(window.end())) {
      return ChurnLabel.STAYED;
    }
    if (!voluntarily) {
      return ChurnLabel.UNKNOWN;
    }
    return ended <= ActivityState.micros(window.actionable())
        ? ChurnLabel.TOO_LATE
        : ChurnLabel.CHURNED;
  }

  /** The fixed horizon, if there is one. */
  public OptionalInt fixed() {
    return fixedHorizonDays > 0 ? OptionalInt.of(fixedHorizonDays) : OptionalInt.empty();
  }
}
