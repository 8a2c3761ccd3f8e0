package dev.holdfast.training;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.activity.Features;
import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.activity.OperationalCalendar.Outage;
import dev.holdfast.activity.Priors;
import dev.holdfast.event.Event;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What an operational calendar costs an event and a read of all features, beside the plain one. */
final class CalendarBench {

  private static final int EVENTS = 40;
  private static final int ROUNDS = 9;

  private CalendarBench() {}

  /** Sizes: customers. */
  static void run(String... sizes) {
    int customers = Bench.size(sizes, 0, 5_000);
    List<List<Event>> histories = new ArrayList<>();
    new MadeUpHistories(customers, EVENTS, 1).forEach(one -> histories.add(one.events()));
    Map<String, OperationalCalendar> calendars = new TreeMap<>();
    calendars.put("plain", OperationalCalendar.plain());
    calendars.put("weekdays, 60 holidays, 40 outages", full());
    Map<String, double[]> best = new TreeMap<>();
    // In turn, so that what else the machine does hits all alike; the best of each counts.
    for (int round = 0; round < ROUNDS; round++) {
      calendars.forEach(
          (name, calendar) -> {
            double[] now = measure(histories, calendar);
            double[] before = best.computeIfAbsent(name, n -> now);
            before[0] = Math.min(before[0], now[0]);
            before[1] = Math.min(before[1], now[1]);
          });
    }
    System.out.println("| calendar | event, ns | all features, ns |");
    System.out.println("|---|---|---|");
    best.forEach(
        (name, ns) -> System.out.printf(Locale.ROOT, "| %s | %.0f | %.0f |%n", name, ns[0], ns[1]));
  }

  /** Processor time of this thread per event and per read. */
  private static double[] measure(List<List<Event>> histories, OperationalCalendar calendar) {
    float[] features = new float[FeatureSchema.current().size()];
    Priors priors = Priors.standard();
    List<ActivityState> states = new ArrayList<>();
    long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    for (List<Event> history : histories) {
      ActivityState state = ActivityState.empty(calendar);
      history.forEach(state::apply);
      states.add(state);
    }
    long applied = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    for (ActivityState state : states) {
      Features.read(state, state.lastOccurredAt().plus(Duration.ofDays(9)), priors, features);
    }
    long read = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    return new double[] {
      (applied - start) / (double) (histories.size() * EVENTS),
      (read - applied) / (double) histories.size()
    };
  }

  private static OperationalCalendar full() {
    Map<LocalDate, Double> days = new TreeMap<>();
    List<Outage> outages = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      days.put(LocalDate.of(2025, 1, 1).plusDays(11L * i), 0.0);
    }
    for (int i = 0; i < 40; i++) {
      Instant from = Instant.parse("2025-01-04T03:00:00Z").plus(Duration.ofDays(13L * i));
      outages.add(new Outage(from, from.plus(Duration.ofHours(5))));
    }
    return OperationalCalendar.of(
        ZoneId.of("Europe/Berlin"), List.of(1.2, 1.2, 1.2, 1.2, 1.2, 0.6, 0.4), days, outages);
  }
}
