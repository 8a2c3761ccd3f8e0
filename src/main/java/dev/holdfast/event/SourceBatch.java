package dev.holdfast.event;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What one batch of messages brought from one source; collected, then booked at once. */
public final class SourceBatch {

  record Seen(Instant occurredAt, boolean backfill) {}

  private final List<Seen> seen = new ArrayList<>();
  private long applied;
  private long duplicate;
  private long quarantined;
  private long erased;
  private long late;

  /** A new event, in the order of the log. */
  public void applied(Event event) {
    applied++;
    seen.add(new Seen(event.occurredAt(), event.backfill()));
  }

  /** A new event that was stored and is too old to be applied to the state; counts as applied. */
  public void late(Event event) {
    applied(event);
    late++;
  }

  /** A repeat. */
  public void duplicate() {
    duplicate++;
  }

  /** A message of a customer who was erased; nothing of it is kept. */
  public void erased() {
    erased++;
  }

  /** Messages put aside; {@code rows} is what {@link Quarantine#add} returned for this source. */
  public void quarantined(int rows) {
    quarantined += rows;
  }

  List<Seen> seen() {
    return seen;
  }

  /** How many of the new events occurred in each hour since the epoch. */
  SortedMap<Long, Integer> hours() {
    SortedMap<Long, Integer> hours = new TreeMap<>();
    for (Seen one : seen) {
      hours.merge(SourceTallies.hourOf(one.occurredAt()), 1, Integer::sum);
    }
    return hours;
  }

  Source.Books books() {
    return new Source.Books(
        applied + duplicate + quarantined + erased, applied, duplicate, quarantined, late, erased);
  }
}
