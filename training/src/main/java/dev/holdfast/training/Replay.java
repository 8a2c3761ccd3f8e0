package dev.holdfast.training;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.event.Event;
import java.time.Instant;
import java.util.List;

/** Replays one customer's events as they were known at rising instants. */
public final class Replay {

  private final List<Event> events;
  private ActivityState state = ActivityState.empty();
  private int next;
  // An event was left out because it was not yet available: what follows must start again.
  private boolean incomplete;

  /**
   * A replay from the beginning.
   *
   * @param events in the order in which states take them
   */
  public Replay(List<Event> events) {
    this.events = events;
  }

  /**
   * The state from what had occurred and was available by an instant.
   *
   * @param at not before the instant of the last call; the state is good until the next call
   */
  public ActivityState at(Instant at) {
    if (incomplete) {
      state = ActivityState.empty();
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
