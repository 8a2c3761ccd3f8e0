package dev.holdfast.campaign;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.event.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Whom a campaign calls, to be tried on the past.
 *
 * @param campaign its name
 * @param version of its settings
 * @param enterThreshold risk that opens an episode, unless an event does
 * @param leaveThreshold risk below which it closes
 * @param begins the events that open an episode instead; null if the risk does
 * @param coolDownDays after an episode
 * @param lapsedAfter since the last use; who is silent for longer is nobody's case any more
 * @param members whom it is for
 * @param holdOutShare never called
 * @param gain what a call costs and is expected to bring
 */
public record CampaignRule(
    String campaign,
    int version,
    double enterThreshold,
    double leaveThreshold,
    @Nullable Begins begins,
    int coolDownDays,
    Duration lapsedAfter,
    Members members,
    double holdOutShare,
    ExpectedGain gain) {

  /**
   * Events that open an episode.
   *
   * @param event true of such an event
   * @param latestArrival an event that becomes known later than so long after it occurred opens
   *     none
   * @param episodeDays days after which the episode is over
   */
  public record Begins(Predicate<Event> event, Duration latestArrival, int episodeDays) {}

  /** Who is in the segment. */
  @FunctionalInterface
  public interface Members {

    /** What tells it of one customer, whose profile of today is read once at most. */
    Member of(long customerId);
  }

  /** Whether one customer is in the segment, and what a save of it keeps. */
  @FunctionalInterface
  public interface Member {

    /**
     * True if it is, by what was known at an instant and by the profile of today.
     *
     * @param state as of {@code at}
     */
    boolean holds(ActivityState state, Instant at, double risk);

    /**
     * The margin that a save of this customer keeps, by what was known at an instant and by the
     * profile of today; null for that of the campaign.
     *
     * @param state as of {@code at}
     */
    default @Nullable Double value(ActivityState state, Instant at, double risk) {
      return null;
    }
  }
}
