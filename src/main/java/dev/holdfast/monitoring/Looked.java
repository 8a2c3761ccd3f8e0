package dev.holdfast.monitoring;

import dev.holdfast.activity.ChurnDefinition;
import dev.holdfast.activity.ChurnKind;
import dev.holdfast.activity.ChurnLabel;
import dev.holdfast.activity.LabelWindow;
import dev.holdfast.campaign.Exposure;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A watched customer after another look at its events. The label is that of training: the rule is
 * {@link ChurnDefinition#label}.
 *
 * @param row with what is known now
 * @param nextDue when to look again; null once all is known
 */
record Looked(Watched row, @Nullable Instant nextDue) {

  private static final double DAY_MICROS = 86_400e6;

  /**
   * When to look at a customer for the first time: after seven days where churn is silence, for an
   * early check of returns; else, and with a shorter horizon, when the label is known.
   */
  static Instant firstDue(ChurnDefinition churn, Instant asOf, Instant horizonEnd) {
    return dueAfter(churn, asOf, horizonEnd, 0);
  }

  /**
   * Looks as far as the customer was due, everything up to there being known.
   *
   * @param churn what the champion of the snapshot called churn
   * @param leadTime between the score and its horizon
   * @param history all events of the customer, oldest first
   * @param exposures of the customer's party
   */
  static Looked at(
      Watched before,
      ChurnDefinition churn,
      Duration leadTime,
      List<Event> history,
      List<Exposure> exposures) {
    Instant due = dueAfter(churn, before.asOf(), before.horizonEnd(), before.watchedDays());
    boolean mature = !due.isBefore(before.horizonEnd());
    Instant through = mature ? before.horizonEnd() : due;
    ChurnLabel label =
        mature
            ? churn.label(
                history,
                new LabelWindow(
                    before.asOf(),
                    leadTime,
                    Duration.between(before.asOf().plus(leadTime), before.horizonEnd()),
                    due))
            : ChurnLabel.STAYED;
    Event first = firstUseOrSuspension(history, before.asOf(), through);
    boolean suspended = first != null && first.kind() == EventKind.STATUS;
    boolean known =
        mature
            ? label == ChurnLabel.CHURNED || label == ChurnLabel.STAYED
            : churn.kind() != ChurnKind.SILENCE || !suspended;
    double watchedDays = days(before.asOf(), through);
    Watched row =
        new Watched(
            before.snapshotId(),
            before.customerId(),
            before.asOf(),
            before.horizonEnd(),
            before.risk(),
            before.idleDays(),
            watchedDays,
            first == null || suspended ? null : (Double) days(before.asOf(), first.occurredAt()),
            known ? Exposure.labelWeight(exposures, before.asOf(), through) : 0,
            mature ? label == ChurnLabel.CHURNED : null);
    return new Looked(
        row, mature ? null : dueAfter(churn, before.asOf(), before.horizonEnd(), watchedDays));
  }

  private static @Nullable Event firstUseOrSuspension(
      List<Event> history, Instant after, Instant through) {
    for (Event event : history) {
      boolean inside = event.occurredAt().isAfter(after) && !event.occurredAt().isAfter(through);
      boolean use = event.kind().isUse();
      boolean suspension =
          event.kind() == EventKind.STATUS && event.name().equalsIgnoreCase("suspended");
      if (inside && (use || suspension)) {
        return event;
      }
    }
    return null;
  }

  private static double days(Instant from, Instant to) {
    Duration gap = Duration.between(from, to);
    return (gap.getSeconds() * 1e6 + gap.getNano() / 1_000) / DAY_MICROS;
  }

  /** The next instant to look at, given how far it has been looked already. */
  private static Instant dueAfter(
      ChurnDefinition churn, Instant asOf, Instant horizonEnd, double watchedDays) {
    if (churn.kind() == ChurnKind.SILENCE) {
      for (int days : Returns.DAYS) {
        Instant at = asOf.plus(Duration.ofDays(days));
        if (days > watchedDays && at.isBefore(horizonEnd)) {
          return at;
        }
      }
    }
    return horizonEnd.plus(Duration.ofDays(churn.settlingDays()));
  }
}
