package dev.holdfast.warning;

import dev.holdfast.event.Cadence;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a slot can say of the customers of a source. */
public enum Standing {
  /** All that they did in it is known. */
  COMPLETE,
  /** Not yet: the slot waits. */
  AWAITED,
  /** Nothing, and the slot waits no longer. */
  LEFT_OUT,
  /** Nothing in time: a file of the day says nothing of an hour. */
  OTHER_RHYTHM;

  /**
   * How a source stands to a slot.
   *
   * @param rhythm of the slot
   * @param end the first instant after it
   * @param cadence of the source
   * @param incident true while the source has an open incident
   * @param reached up to where it is complete; null if that is not known
   * @param anyKnown true if that is known of some source. While it is of none, as during a first
   *     import, there is nothing to judge
   * @param waitAtMost how long a slot waits
   */
  public static Standing of(
      Rhythm rhythm,
      Instant end,
      Cadence cadence,
      boolean incident,
      @Nullable Instant reached,
      boolean anyKnown,
      Duration waitAtMost,
      Instant now) {
    if (rhythm == Rhythm.HOUR && cadence == Cadence.DAILY) {
      return OTHER_RHYTHM;
    }
    if (incident) {
      return LEFT_OUT;
    }
    if (reached != null && !reached.isBefore(end)) {
      return COMPLETE;
    }
    return !end.plus(waitAtMost).isAfter(now) && anyKnown ? LEFT_OUT : AWAITED;
  }
}
