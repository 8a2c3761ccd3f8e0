package dev.holdfast.monitoring;

import dev.holdfast.campaign.Exposure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A watched customer after another look at its events.
 *
 * @param row with what is known now
 * @param nextDue when to look again; null once all is known
 */
record Looked(Watched row, @Nullable Instant nextDue) {

  /**
   * Looks as far as the customer was due: to the next of the days of {@link Returns#DAYS}, or to
   * the end of the horizon.
   *
   * @param seen first use and first suspension within the whole window, as far as there are events
   * @param exposures of the customer's party
   */
  static Looked at(Watched before, WatchedScores.Seen seen, List<Exposure> exposures) {
    Instant through = stageAfter(before, before.watchedDays());
    Label label =
        Label.of(
            before.asOf(), within(seen.firstUse(), through), within(seen.suspended(), through));
    boolean mature = !through.isBefore(before.horizonEnd());
    double days = days(before, through);
    Watched row =
        new Watched(
            before.snapshotId(),
            before.customerId(),
            before.asOf(),
            before.horizonEnd(),
            before.risk(),
            before.idleDays(),
            days,
            label.returnDays(),
            label.known() ? Exposure.labelWeight(exposures, before.asOf(), through) : 0,
            mature ? label.returnDays() == null : null);
    return new Looked(row, mature ? null : stageAfter(row, days));
  }

  private static double days(Watched row, Instant through) {
    return (through.getEpochSecond() - row.asOf().getEpochSecond()) / Watched.DAY_SECONDS;
  }

  /** The first instant to look at that is later than these days; the end of the horizon at last. */
  private static Instant stageAfter(Watched row, double watchedDays) {
    for (int stage : Returns.DAYS) {
      Instant at = row.asOf().plus(Duration.ofDays(stage));
      if (stage > watchedDays && at.isBefore(row.horizonEnd())) {
        return at;
      }
    }
    return row.horizonEnd();
  }

  private static @Nullable Instant within(@Nullable Instant at, Instant through) {
    return at == null || at.isAfter(through) ? null : at;
  }
}
