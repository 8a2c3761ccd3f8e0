package dev.holdfast.event;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far a source is known to have reported everything, and what it reported beyond a gap.
 *
 * <p>A step of at most {@code maxSilence} from the watermark advances it. A longer one may be the
 * resumption after an outage of the source whose events are still to come, so it does not: it opens
 * a <em>hold</em> {@code [heldFrom, heldThrough]}. When the gap has been filled up to within {@link
 * #CLOSE_ENOUGH} of the hold, the watermark jumps to its end. Whoever knows that nothing is missing
 * says so with {@link #completeThrough}.
 *
 * @param reached everything up to this instant has been reported; null before the first event
 * @param heldFrom first event beyond the gap, null without a hold
 * @param heldThrough last event that follows it without another gap, null without a hold
 */
public record Watermark(
    @Nullable Instant reached, @Nullable Instant heldFrom, @Nullable Instant heldThrough) {

  /** A gap is filled when the watermark is this near to the hold: the last piece was quiet. */
  public static final Duration CLOSE_ENOUGH = Duration.ofMinutes(15);

  public Watermark {
    if ((heldFrom == null) != (heldThrough == null)) {
      throw new IllegalArgumentException("a hold has both ends or none");
    }
    if (heldFrom != null && heldThrough != null && heldThrough.isBefore(heldFrom)) {
      throw new IllegalArgumentException(
          "a hold must end after it begins, was " + heldFrom + " to " + heldThrough);
    }
    if (heldFrom != null && (reached == null || !heldFrom.isAfter(reached))) {
      throw new IllegalArgumentException(
          "a hold must lie after the watermark " + reached + ", was from " + heldFrom);
    }
  }

  /** Of a source that has reported nothing yet. */
  public static Watermark none() {
    return new Watermark(null, null, null);
  }

  /** After an event that a streaming source reported as news. */
  public Watermark observe(Instant occurredAt, Duration maxSilence) {
    if (reached == null) {
      return new Watermark(occurredAt, null, null);
    }
    if (!occurredAt.isAfter(reached)) {
      return this;
    }
    if (!occurredAt.isAfter(reached.plus(maxSilence))) {
      return advanceTo(occurredAt);
    }
    return hold(occurredAt, maxSilence);
  }

  /**
   * After an event of the past that was sent again or late in bulk. History fills the gap before a
   * hold, and moves nothing else: only its declaration at the end does.
   */
  public Watermark observeBackfill(Instant occurredAt, Duration maxSilence) {
    if (reached == null
        || heldFrom == null
        || !occurredAt.isAfter(reached)
        || occurredAt.isAfter(reached.plus(maxSilence))) {
      return this;
    }
    return advanceTo(occurredAt);
  }

  /** After somebody declared that everything up to {@code through} has been reported. */
  public Watermark completeThrough(Instant through) {
    if (reached != null && !through.isAfter(reached)) {
      return this;
    }
    return advanceTo(through);
  }

  private Watermark advanceTo(Instant instant) {
    if (heldFrom == null || heldThrough == null) {
      return new Watermark(instant, null, null);
    }
    if (instant.isBefore(heldFrom.minus(CLOSE_ENOUGH))) {
      return new Watermark(instant, heldFrom, heldThrough);
    }
    return new Watermark(instant.isAfter(heldThrough) ? instant : heldThrough, null, null);
  }

  private Watermark hold(Instant occurredAt, Duration maxSilence) {
    if (heldFrom == null || heldThrough == null) {
      return new Watermark(reached, occurredAt, occurredAt);
    }
    if (occurredAt.isBefore(heldFrom)) {
      // Not contiguous with the hold: taking it in would declare the rest of the gap reported.
      return occurredAt.plus(maxSilence).isBefore(heldFrom)
          ? this
          : new Watermark(reached, occurredAt, heldThrough);
    }
    return occurredAt.isAfter(heldThrough) && !occurredAt.isAfter(heldThrough.plus(maxSilence))
        ? new Watermark(reached, heldFrom, occurredAt)
        : this;
  }
}
