package dev.holdfast.warning;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Customers whose silence says nothing for the time being, because a fault of ours kept them away.
 * The stream implements it, where customers are locked and scored.
 */
public interface HeldCustomers {

  /**
   * A fault of ours.
   *
   * @param incident its number
   * @param silentThrough silence counts up to this business instant and no further
   */
  record Hold(long incident, Instant silentThrough) {}

  /**
   * Some of those whom an incident names and who are not held yet, for it or for an earlier one, in
   * the order of their ids.
   */
  List<Long> toHold(Hold hold, int limit);

  /** Some of those who are held for an incident, in the order of their ids. */
  List<Long> toRelease(long incident, int limit);

  /**
   * Holds and releases customers in one transaction. Who is held is scored as of the beginning of
   * the fault, and the calls that silence in it has caused are taken off the lists; the timer of
   * who is released acts at the next sweep, if the customer is still silent.
   *
   * @param customers whom to look at
   * @param holds asked in that transaction for which fault each is to be held; who is absent is
   *     released
   * @return how many are held now
   */
  int settle(List<Long> customers, Function<List<Long>, Map<Long, Hold>> holds);
}
