package dev.holdfast.training;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.event.Event;
import java.time.Instant;
import java.util.List;

/** Replays one customer's events as they were known at rising instants. */
public final class Replay {

  private final List<Event> events;
  private final OperationalCalendar calendar;
  private ActivityState state;
  private int next;
  // An event was left out because it was not yet available: what follows must start again.
  private boolean incomplete;

  /**
   * A replay from the beginning, on the plain calendar.
   *
   * @param events in the order in which states take them
   */
  public Replay(List<Event> events) {
    this(events, OperationalCalendar.plain());
  }

  /**
   * A replay from the beginning.
   *
   * @param events in the order in which states take them
   * @param calendar that measures silence and gaps
   */
  public Replay(List<Event> events, OperationalCalendar calendar) {
    this.events = events;
    this.calendar = calendar;
    this.state = ActivityState.empty(calendar);
  }

  /**
   * The state from what had occurred and was available by an instant.
   *
   * @param at not before the instant of the last call; the state is good until the next call
   */
  public ActivityState at(Instant at) {
    if (incomplete) {
      state = ActivityState.empty(calendar);
      next = 0;
      incomplete = false;
    }
    while (next < events.size() && !events.get(next).occurredAt().isAfter(at)) {
      Event event = events.get(next++);
      if (event.availableAt().isAfter(at)) {
        incomplete = true;
      } else {
        state.apply(event);
      }
    }
    return state;
  }
}
