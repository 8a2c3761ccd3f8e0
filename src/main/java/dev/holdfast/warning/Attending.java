package dev.holdfast.warning;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.Attendance;
import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.event.Event;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How what a customer does becomes what is counted of it: by the stream, and by a replay. */
public final class Attending {

  private Attending() {}

  /** True if no visit is to be expected until the next one. */
  public static boolean isAway(ActivityState state) {
    return state.closed() || state.suspended();
  }

  /**
   * What was known before, and what is known after each use in the order of time: step by step,
   * because what lies too far behind the newest day can be counted no more.
   *
   * @param before null if nothing was
   * @param events in any order
   * @return empty if nothing was known and none of them is a use
   */
  public static List<Attendance> steps(
      @Nullable Attendance before, List<Event> events, OperationalCalendar calendar) {
    List<Attendance> steps = new ArrayList<>();
    Attendance attendance = before;
    if (attendance != null) {
      steps.add(attendance);
    }
    List<Event> uses =
        events.stream()
            .filter(event -> event.kind().isUse())
            .sorted(Comparator.comparing(Event::occurredAt))
            .toList();
    for (Event event : uses) {
      Attendance next =
          attendance == null
              ? Attendance.first(calendar, event.occurredAt())
              : attendance.use(calendar, event.occurredAt());
      if (!next.equals(attendance)) {
        steps.add(next);
        attendance = next;
      }
    }
    return steps;
  }
}
