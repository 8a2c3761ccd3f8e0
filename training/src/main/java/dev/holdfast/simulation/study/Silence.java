package dev.holdfast.simulation.study;

import java.time.Instant;

/**
 * The time after a use in which nothing more was heard.
 *
 * @param customer whose
 * @param lastUse the use with which it begins
 * @param end what it turned out to be
 * @param highest for each alarm, in the order in which they were asked, the highest value it saw
 */
record Silence(long customer, Instant lastUse, End end, double[] highest) {

  /** What a silence turned out to be. */
  enum End {
    /** The customer came back, or has not left: a bell in it is a false alarm. */
    RETURNED,
    /** The customer was gone: a bell in it is what all is about. */
    LEFT,
    /** The customer said that they left, or the data end too early to tell: not counted. */
    UNKNOWN
  }
}
