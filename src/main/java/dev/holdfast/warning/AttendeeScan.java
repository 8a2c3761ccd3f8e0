package dev.holdfast.warning;

import dev.holdfast.activity.Attendee;

/** Reads how customers are counted. Implemented by the room above that keeps their rows. */
public interface AttendeeScan {

  /** Takes one customer. */
  interface Visitor {

    void see(long customerId, Attendee attendee);
  }

  /**
   * All customers who used the service on or after a day, in the order of their numbers. A row at a
   * time and without locks: meant for the background.
   *
   * @param fromDay since 1970-01-01
   */
  void usedSince(int fromDay, Visitor visitor);
}
