package dev.holdfast.stream;

import dev.holdfast.activity.Attendance;
import dev.holdfast.activity.Attendee;
import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.customer.Profiles;
import dev.holdfast.event.Event;
import dev.holdfast.scoring.CustomerState;
import dev.holdfast.warning.Attending;
import dev.holdfast.warning.BellConfig;
import dev.holdfast.warning.BellTallies;
import dev.holdfast.warning.Cells;
import dev.holdfast.warning.CountChanges;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Counts who uses the service, for the bell of a cohort: what a batch changed in the counts is one
 * row in its transaction, added up later. The states are locked by the caller, who also saves them.
 */
@ApplicationScoped
class AttendanceBooks {

  private final Cells cells;
  private final Profiles profiles;
  private final BellTallies tallies;
  private final BellConfig config;

  AttendanceBooks(Cells cells, Profiles profiles, BellTallies tallies, BellConfig config) {
    this.cells = cells;
    this.profiles = profiles;
    this.tallies = tallies;
    this.config = config;
  }

  /** What one customer did in a batch, in any order. */
  record News(CustomerState state, List<Event> events) {}

  /** Notes what customers did, after their states have taken it. */
  void book(Connection connection, Collection<News> batch, OperationalCalendar calendar)
      throws SQLException {
    if (!config.enabled()) {
      return;
    }
    CountChanges changes = new CountChanges(calendar);
    List<News> firstSeen = new ArrayList<>();
    for (News one : batch) {
      CustomerState state = one.state();
      Attendee before = state.attendee();
      if (before == null) {
        firstSeen.add(one);
        continue;
      }
      List<Attendance> steps = Attending.steps(before.attendance(), one.events(), calendar);
      Attendance newest = steps.get(steps.size() - 1);
      // A customer of several sources changes sides once a day at most.
      int cell =
          newest.newestDay() > before.attendance().newestDay()
              ? cells.withSource(before.cell(), state.sourceId())
              : before.cell();
      count(changes, state, cell, steps);
    }
    bookFirst(changes, firstSeen, calendar);
    tallies.note(connection, changes);
  }

  private void bookFirst(CountChanges changes, List<News> firstSeen, OperationalCalendar calendar) {
    if (firstSeen.isEmpty()) {
      return;
    }
    Map<Long, Map<String, String>> known =
        profiles.of(firstSeen.stream().map(one -> one.state().customerId()).toList());
    for (News one : firstSeen) {
      List<Attendance> steps = Attending.steps(null, one.events(), calendar);
      if (!steps.isEmpty()) {
        CustomerState state = one.state();
        int cell =
            cells.of(
                state.sourceId(),
                known.getOrDefault(state.customerId(), Map.of()),
                firstUse(one.events()),
                null);
        count(changes, state, cell, steps);
      }
    }
  }

  /** Looks up the cells of locked customers anew. */
  void regroup(
      Connection connection, Collection<CustomerState> states, OperationalCalendar calendar)
      throws SQLException {
    Map<Long, Map<String, String>> known =
        profiles.of(states.stream().map(CustomerState::customerId).toList());
    CountChanges changes = new CountChanges(calendar);
    for (CustomerState state : states) {
      Attendee before = state.attendee();
      if (before != null) {
        int cell =
            cells.of(
                state.sourceId(),
                known.getOrDefault(state.customerId(), Map.of()),
                Objects.requireNonNullElse(state.activity().lastUsageAt(), Instant.EPOCH),
                before.cell());
        count(changes, state, cell, List.of(before.attendance()));
      }
    }
    tallies.note(connection, changes);
  }

  /** Counts locked customers as gone, whose states are not saved any more. */
  void leave(Connection connection, Collection<CustomerState> states, OperationalCalendar calendar)
      throws SQLException {
    CountChanges changes = new CountChanges(calendar);
    for (CustomerState state : states) {
      Attendee before = state.attendee();
      if (before != null) {
        changes.add(before, new Attendee(before.cell(), true, before.attendance()));
      }
    }
    tallies.note(connection, changes);
  }

  /** Step by step, because what lies too far behind the newest day can be counted no more. */
  private static void count(
      CountChanges changes, CustomerState state, int cell, List<Attendance> steps) {
    boolean away = Attending.isAway(state.activity());
    for (Attendance attendance : steps) {
      Attendee before = state.attendee();
      Attendee after = new Attendee(cell, away, attendance);
      if (!after.equals(before)) {
        changes.add(before, after);
        state.countedAs(after);
      }
    }
  }

  private static Instant firstUse(List<Event> events) {
    return events.stream()
        .filter(event -> event.kind().isUse())
        .map(Event::occurredAt)
        .min(Comparator.naturalOrder())
        .orElseThrow();
  }
}
