package dev.holdfast.campaign;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What a campaign would do with the customers as they are, if it began now.
 *
 * @param asOf business instant
 * @param customers of whom something is known
 * @param looked of them, at whom one by one; of more than a few thousand a part, drawn by a hash
 * @param segment members of the segment who have a score
 * @param standing members who may open an episode and stand at the threshold or above already; they
 *     are admitted within the daily intake; where a date begins the campaign, those whose date is
 *     near already. None where an event does
 * @param days the next seven, today's rest first
 * @param week their sum
 * @param contact what the contact policy says of such customers
 * @param expected what the calls of the week would bring
 * @param detectable how small an effect it could show; absent without a hold-out or without anybody
 * @param notes what to know before one believes it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CampaignPreview(
    Instant asOf,
    long customers,
    int looked,
    Estimate segment,
    Estimate standing,
    List<Day> days,
    Week week,
    Contact contact,
    Expected expected,
    ExpectedEffect.@Nullable Power detectable,
    List<String> notes) {

  /**
   * A day, in UTC.
   *
   * @param coming who cross the threshold in silence, by the timers set, or to whom the event
   *     happens, as often as in the last four weeks, or whose date comes near
   * @param admitted who stand above it, or whose date is near, and are let in
   * @param calls by the contact policy and within the capacity; the hold-out gets none
   * @param minutes of agents for them
   */
  public record Day(
      LocalDate day, Estimate coming, double admitted, double calls, double minutes) {}

  /**
   * Seven days.
   *
   * @param assigned parties that get an arm
   * @param heldOut of them, those never called
   * @param reachable of the others, those whom the contact policy lets be called within the week
   * @param calls of these, as many as the capacity allows
   * @param minutesADay agent minutes that all reachable would take, on average
   * @param capacityMinutes agent minutes a day that there are
   */
  public record Week(
      Estimate assigned,
      double heldOut,
      double reachable,
      double calls,
      double minutesADay,
      int capacityMinutes) {}

  /**
   * What the contact policy says.
   *
   * @param asked parties, of those who stand there or come
   * @param reachable of them, those who may be called within seven days
   * @param blocked the others, counted by the strongest rule that forbids it
   * @param policy version of the contact policy
   */
  public record Contact(
      int asked, int reachable, SortedMap<String, Integer> blocked, long policy) {}

  /**
   * What the calls of the week would bring.
   *
   * @param basis {@code evidence} of what was measured, of this campaign or of the one it was
   *     cloned from; else {@code prior}, as known of such campaigns elsewhere
   * @param meanRisk of those called
   * @param meanValue margin that a save keeps, in money: of those who stand there or come, by what
   *     the campaign says of each, the more the higher its risk
   * @param saves customers who stay because of it
   * @param cost calls and offers, in money
   * @param gain margin kept less cost, in money
   */
  public record Expected(
      String basis,
      double meanRisk,
      double meanValue,
      Estimate saves,
      double cost,
      Estimate gain) {}
}
