package dev.holdfast.warning;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.Attendance;
import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.event.Event;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the stream would have counted of one customer, step by step, if each event had come when it
 * happened.
 *
 * @param firstUse the first use; null if there is none, and then there are no steps
 * @param steps in the order of time
 */
public record VisitHistory(@Nullable Instant firstUse, List<Step> steps) {

  /**
   * How the customer stands from a day on.
   *
   * @param day since 1970-01-01
   * @param source that reports its use
   * @param away true if no visit is to be expected
   */
  record Step(int day, int source, boolean away, Attendance attendance) {}

  public VisitHistory {
    steps = List.copyOf(steps);
  }

  /**
   * The steps of a history.
   *
   * @param events in the order of time
   * @param source number of an event's source
   * @param to events from then on are not read
   */
  public static VisitHistory of(
      List<Event> events, ToIntFunction<Event> source, OperationalCalendar calendar, Instant to) {
    List<Step> steps = new ArrayList<>();
    ActivityState state = ActivityState.empty(calendar);
    Instant firstUse = null;
    int newestSource = 0;
    Step last = null;
    for (Event event : events) {
      if (!event.occurredAt().isBefore(to)) {
        break;
      }
      state.apply(event);
      List<Attendance> known =
          Attending.steps(last == null ? null : last.attendance(), List.of(event), calendar);
      if (known.isEmpty()) {
        continue;
      }
      if (event.kind().isUse()) {
        firstUse = firstUse == null ? event.occurredAt() : firstUse;
        newestSource = source.applyAsInt(event);
      }
      Attendance newest = known.get(known.size() - 1);
      // A customer of several sources changes sides once a day at most, as in the stream.
      boolean sameDay = last != null && newest.newestDay() == last.attendance().newestDay();
      int reportedBy = last != null && sameDay ? last.source() : newestSource;
      int day = (int) Rhythm.DAY.slotOf(calendar, event.occurredAt());
      Step step = new Step(day, reportedBy, Attending.isAway(state), newest);
      if (last == null || !newest.equals(last.attendance()) || step.away() != last.away()) {
        steps.add(step);
        last = step;
      }
    }
    return new VisitHistory(firstUse, steps);
  }
}
