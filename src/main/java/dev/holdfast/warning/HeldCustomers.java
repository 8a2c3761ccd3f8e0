package dev.holdfast.warning;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

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
   * Some of those who are in these cells and are not held yet, for this fault or for an earlier
   * one. Costs what it finds: nothing much if all are held.
   */
  List<Long> toHold(Hold hold, Collection<Integer> cells, int limit);

  /**
   * Some of those whom an incident names and who are not held yet, for it or for an earlier one, in
   * the order of their ids. Reads the whole list.
   *
   * @param after the id before the first
   */
  List<Long> toHold(Hold hold, long after, int limit);

  /** Some of those who are held for an incident; costs what it finds. */
  List<Long> toRelease(long incident, int limit);

  /** Asks once how far silence is known, for as many pieces as are settled with it. */
  Settling begin();

  /** Holds and releases customers, piece by piece. */
  @FunctionalInterface
  interface Settling {

    /**
     * Holds and releases customers in one transaction, under their locks. Who is held is scored
     * without the silence of the fault, and the calls that it has caused are taken off the lists;
     * the timer of who is released acts at the next sweep, if the customer is still silent.
     *
     * @param customers whom to look at
     * @param holds asked in that transaction for which fault each is to be held, given the cell of
     *     each, null for none; who is absent is released
     * @return how many are held now
     */
    int settle(List<Long> customers, Function<Map<Long, @Nullable Integer>, Map<Long, Hold>> holds);
  }
}
