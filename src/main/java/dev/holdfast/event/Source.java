package dev.holdfast.event;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where events come from.
 *
 * @param id internal
 * @param name unique, as in the events
 * @param cadence how it reports
 * @param maxSilence the longest step that is still normal; a longer one opens a hold
 * @param watermark how far it is known complete; it stands still while the feed is doubted
 * @param feed what those who watch the feed say of it
 * @param books what became of its messages
 */
public record Source(
    int id,
    String name,
    Cadence cadence,
    Duration maxSilence,
    Watermark watermark,
    Feed feed,
    Books books) {

  /**
   * A source as it is watched.
   *
   * @param reported how far it would be known complete if it were not doubted; null before the
   *     first event
   * @param doubted true while what it reports may be incomplete: the watermark stands still
   * @param health in a word; null before it was watched
   * @param customers whose last use it reported, as last counted
   * @param incident number of its open incident, null if there is none
   */
  public record Feed(
      @Nullable Instant reported,
      boolean doubted,
      @Nullable String health,
      long customers,
      @Nullable Long incident) {

    /** Of a source that nobody has watched yet. */
    public static Feed unwatched(@Nullable Instant reported) {
      return new Feed(reported, false, null, 0, null);
    }
  }

  /** How far it has reported, doubted or not. */
  public Watermark reported() {
    return new Watermark(feed.reported(), watermark.heldFrom(), watermark.heldThrough());
  }

  /**
   * The books of a source: {@code received = applied + duplicate + quarantined + erased}, always.
   *
   * @param received messages taken from the log
   * @param applied new events
   * @param duplicate repeats, which changed nothing
   * @param quarantined messages put aside
   * @param late events among the applied that were older than the base state: stored only
   * @param erased messages of customers who were erased: dropped, put aside ones included
   */
  public record Books(
      long received, long applied, long duplicate, long quarantined, long late, long erased) {

    /** What was added since {@code earlier}. */
    public Books minus(Books earlier) {
      return new Books(
          received - earlier.received,
          applied - earlier.applied,
          duplicate - earlier.duplicate,
          quarantined - earlier.quarantined,
          late - earlier.late,
          erased - earlier.erased);
    }
  }
}
