package dev.holdfast.warning;

import dev.holdfast.activity.Attendance;
import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.calendar.Calendars;
import dev.holdfast.customer.Profiles;
import dev.holdfast.event.EventStore;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Who is missing, once an incident is open, and what they share: those of the segment who were due
 * when it began and have not come since, against those who have. One pass over the customers for
 * each incident, in the background after it was told.
 */
@ApplicationScoped
class MissingCustomers {

  private static final Logger LOG = Logger.getLogger(MissingCustomers.class);
  private static final int COMPARED = 5_000;
  private static final int CHUNK = 500;
  private static final int MOST_TRAITS = 50;
  private static final String LAST_EVENT = "last event";

  private final CohortIncidents incidents;
  private final Cells cells;
  private final AttendeeScan attendees;
  private final Profiles profiles;
  private final EventStore events;
  private final Calendars calendars;
  private final BellConfig config;

  MissingCustomers(
      CohortIncidents incidents,
      Cells cells,
      AttendeeScan attendees,
      Profiles profiles,
      EventStore events,
      Calendars calendars,
      BellConfig config) {
    this.incidents = incidents;
    this.cells = cells;
    this.attendees = attendees;
    this.profiles = profiles;
    this.events = events;
    this.calendars = calendars;
    this.config = config;
  }

  /** Lists who is missing in each incident of which that was not done yet. */
  void list() {
    for (long id : incidents.unlisted()) {
      list(id);
    }
  }

  private static final class Found {
    final List<Long> listed = new ArrayList<>();
    final Sample missing = new Sample();
    final Sample present = new Sample();
  }

  /** Some of many customers, chosen by their numbers alone and evenly over them. */
  private static final class Sample {
    private final PriorityQueue<Long> chosen =
        new PriorityQueue<>(Comparator.comparingLong(Sample::mixed).reversed());
    private long seen;

    void see(long customer) {
      seen++;
      chosen.add(customer);
      if (chosen.size() > COMPARED) {
        chosen.remove();
      }
    }

    List<Long> customers() {
      return chosen.stream().sorted().toList();
    }

    /** The finaliser of SplitMix64. */
    private static long mixed(long number) {
      long z = (number ^ (number >>> 30)) * 0xbf58476d1ce4e5b9L;
      z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
      return z ^ (z >>> 31);
    }
  }

  private void list(long id) {
    CohortFigures figures = incidents.figures(id);
    OperationalCalendar calendar = calendars.inForce();
    Rhythm rhythm = Rhythm.ofSeconds(figures.slotSeconds());
    Found found = found(cells.within(figures.segment()), rhythm, figures.since(), calendar);
    SharedTraits shared = new SharedTraits();
    compare(found.missing.customers(), shared::addMissing);
    compare(found.present.customers(), shared::addPresent);
    List<SharedTrait> traits = shared.ranked(MOST_TRAITS);
    String words =
        String.format(
            Locale.ROOT,
            "%,d customers were due and have not come since%s; %,d have",
            found.missing.seen,
            found.missing.seen > found.listed.size()
                ? String.format(Locale.ROOT, " (%,d of them listed)", found.listed.size())
                : "",
            found.present.seen);
    QuarkusTransaction.requiringNew()
        .timeout(300)
        .run(() -> incidents.listed(id, found.listed, traits, words));
    LOG.infof("Incident %d: %s", id, words);
  }

  private Found found(
      Set<Integer> within, Rhythm rhythm, Instant since, OperationalCalendar calendar) {
    int day = (int) Rhythm.DAY.slotOf(calendar, since);
    int hour = (int) Rhythm.HOUR.slotOf(calendar, since);
    Found found = new Found();
    attendees.usedSince(
        day - Attendance.LONGEST_GAP,
        (customer, attendee) -> {
          Attendance attendance = attendee.attendance();
          if (within.contains(attendee.cell()) && attendance.dueOn(day)) {
            boolean came =
                rhythm == Rhythm.DAY
                    ? attendance.newestDay() >= day
                    : attendance.newestHour() >= hour;
            if (came) {
              found.present.see(customer);
            } else if (!attendee.away()) {
              found.missing.see(customer);
              if (found.listed.size() < config.mostListed()) {
                found.listed.add(customer);
              }
            }
          }
        });
    return found;
  }

  private void compare(List<Long> customers, Consumer<Map<String, String>> group) {
    for (int from = 0; from < customers.size(); from += CHUNK) {
      List<Long> chunk = customers.subList(from, Math.min(customers.size(), from + CHUNK));
      Map<Long, Map<String, String>> known = profiles.of(chunk);
      Map<Long, String> last = events.lastNames(chunk);
      for (long customer : chunk) {
        Map<String, String> traits = new HashMap<>(known.getOrDefault(customer, Map.of()));
        String event = last.get(customer);
        if (event != null) {
          traits.put(LAST_EVENT, event);
        }
        group.accept(traits);
      }
    }
  }
}
