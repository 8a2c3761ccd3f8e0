package dev.holdfast.event;

import java.time.Duration;

/**
 * Where events come from.
 *
 * @param id internal
 * @param name unique, as in the events
 * @param cadence how it reports
 * @param maxSilence the longest step that is still normal; a longer one opens a hold
 * @param watermark how far it is known complete
 * @param books what became of its messages
 */
public record Source(
    int id, String name, Cadence cadence, Duration maxSilence, Watermark watermark, Books books) {

  /**
   * The books of a source: {@code received = applied + duplicate + quarantined}, always.
   *
   * @param received messages taken from the log
   * @param applied new events
   * @param duplicate repeats, which changed nothing
   * @param quarantined messages put aside
   * @param late events among the applied that were older than the base state: stored only
   */
  public record Books(long received, long applied, long duplicate, long quarantined, long late) {

    /** What was added since {@code earlier}. */
    public Books minus(Books earlier) {
      return new Books(
          received - earlier.received,
          applied - earlier.applied,
          duplicate - earlier.duplicate,
          quarantined - earlier.quarantined,
          late - earlier.late);
    }
  }
}
