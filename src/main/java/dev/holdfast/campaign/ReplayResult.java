package dev.holdfast.campaign;

import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A campaign tried on the past: whom it would have called on each day, by what was known then, and
 * who of them churned. Customers are looked at once a day, at its start in UTC, with the hysteresis
 * and the cool-down of the campaign; beside it stands the idle rule that calls about as many.
 *
 * <p>What really happened to customers who were contacted at the time is taken as it is.
 *
 * @param campaign name
 * @param from first day
 * @param to day after the last
 * @param every one in so many customers was looked at, drawn by a hash; figures are of these
 * @param customers of these, members whom retention could be about on one day at least
 * @param leavers of these, who churned: on one day at least, the horizon that followed was silent
 *     (or the contract ended in it)
 * @param standing customers who stood above already on the first day, and open no episode here:
 *     they come by the intake
 * @param enterThreshold risk that opened an episode; absent if an event did
 * @param rule what the campaign would have done
 * @param idle what the idle rule would have done that calls about as many
 * @param idleDays of that rule
 * @param days the campaign's list, day by day
 */
public record ReplayResult(
    String campaign,
    LocalDate from,
    LocalDate to,
    long every,
    int customers,
    int leavers,
    int standing,
    @Nullable Double enterThreshold,
    Figures rule,
    Figures idle,
    int idleDays,
    List<Day> days) {

  public ReplayResult {
    days = List.copyOf(days);
  }

  /**
   * What a rule would have done.
   *
   * @param alarms episodes opened
   * @param catches of them, customers who then churned
   * @param falseAlarms who stayed
   * @param unknown whose horizon is not over, or who say nothing (suspended, contract ended)
   * @param precision catches among those known; absent if nothing is
   * @param recall leavers caught at least once, among all leavers; absent if nobody left
   * @param quietDays from the alarm back to the last use, on average over the catches: how late it
   *     was; absent without any
   * @param calls episodes less the hold-out
   * @param minutesADay agent minutes, on average
   * @param cost calls, and offers taken by all who would have stayed and by the leavers kept
   * @param gain margin of the leavers kept, less cost; as many are as is taken where nobody
   *     measured it, 30 percent; each with its own margin where the campaign knows it, by the
   *     profile of today
   */
  public record Figures(
      int alarms,
      int catches,
      int falseAlarms,
      int unknown,
      @Nullable Double precision,
      @Nullable Double recall,
      @Nullable Double quietDays,
      double calls,
      double minutesADay,
      double cost,
      double gain) {}

  /** A day's list: how many episodes it would have opened, and what became of them. */
  public record Day(LocalDate day, int alarms, int catches, int falseAlarms, int unknown) {}

  /** The same without the days. */
  ReplayResult inSum() {
    return new ReplayResult(
        campaign,
        from,
        to,
        every,
        customers,
        leavers,
        standing,
        enterThreshold,
        rule,
        idle,
        idleDays,
        List.of());
  }
}
