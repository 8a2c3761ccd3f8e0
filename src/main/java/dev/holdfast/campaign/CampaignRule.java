package dev.holdfast.campaign;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.event.Event;
import java.time.Instant;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Whom a campaign calls, to be tried on the past.
 *
 * @param campaign its name
 * @param enterThreshold risk that opens an episode, unless an event does
 * @param leaveThreshold risk below which it closes
 * @param begins the events that open an episode instead; null if the risk does
 * @param episodeDays days after which an episode that an event opened is over
 * @param coolDownDays after an episode
 * @param members whom it is for
 * @param holdOutShare never called
 * @param capacityMinutes agent minutes a day
 * @param minutesPerCall of an agent
 * @param customerValue margin kept by a save
 * @param offerCost of an accepted offer
 * @param contactCost of a call
 */
public record CampaignRule(
    String campaign,
    double enterThreshold,
    double leaveThreshold,
    @Nullable Predicate<Event> begins,
    int episodeDays,
    int coolDownDays,
    Members members,
    double holdOutShare,
    int capacityMinutes,
    double minutesPerCall,
    double customerValue,
    double offerCost,
    double contactCost) {

  /** Who is in the segment. */
  @FunctionalInterface
  public interface Members {

    /**
     * True if the customer is, by what was known of it at an instant and by the profile of today.
     *
     * @param state as of {@code at}
     */
    boolean include(long customerId, ActivityState state, Instant at, double risk);
  }
}
