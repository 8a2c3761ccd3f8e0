package dev.holdfast.simulation;

import dev.holdfast.event.Event;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Consumer;

/**
 * Lets a {@link Population} live, and hands out its events in the order in which a company would
 * get them.
 *
 * <p>Time only moves by {@link #advanceTo}; each customer has a stream of draws of their own. So
 * the events depend on the population alone, and neither on the steps in which time is advanced nor
 * on the machine. Memory holds the customers and the events on their way, which is a few days of
 * events at most, however long the simulation runs. Not thread-safe.
 */
public final class Simulation {

  /** The name of the source of every simulated event. */
  public static final String SOURCE = Transit.SOURCE;

  private final List<Neighbourhood> neighbourhoods = new ArrayList<>();
  private final List<Life> lives = new ArrayList<>();
  private final PriorityQueue<Transit.Arrival> onTheWay = new PriorityQueue<>();
  private Instant now;

  /**
   * A simulation that stands at the beginning of the population's history.
   *
   * @param liveFrom events that arrive earlier are marked as history ({@link Event#backfill})
   */
  public Simulation(Population population, Instant liveFrom) {
    now = population.from();
    for (int index = 0; index < population.customers().size(); index++) {
      SimulatedCustomer customer = population.customers().get(index);
      Life life = new Life(customer, Draws.ofCustomer(population.seed(), index, 1));
      Transit transit =
          new Transit(customer, index, Draws.ofCustomer(population.seed(), index, 2), liveFrom);
      lives.add(life);
      neighbourhoodIn(customer.zone()).inhabitants.add(new Inhabitant(life, transit));
    }
  }

  /** The instant up to which the events have been handed out. */
  public Instant now() {
    return now;
  }

  /**
   * Hands out, in order of arrival, every event that arrives in [{@link #now}, {@code to}), then
   * stands at {@code to}.
   *
   * @throws IllegalArgumentException if {@code to} is before {@link #now}
   */
  public void advanceTo(Instant to, Consumer<? super Event> events) {
    if (to.isBefore(now)) {
      throw new IllegalArgumentException(
          "time cannot go back: the simulation stands at " + now + ", asked for " + to);
    }
    for (Neighbourhood next = earliest(); next.dayStart().isBefore(to); next = earliest()) {
      // What happens from that day on arrives after its start, so everything before it is complete.
      handOut(next.dayStart(), events);
      next.liveDay(onTheWay::add);
    }
    handOut(to, events);
    now = to;
  }

  /** What only the simulation knows, as of {@link #now} to the day; never for the product. */
  public List<Truth> truth() {
    return lives.stream().map(Life::truth).toList();
  }

  private void handOut(Instant before, Consumer<? super Event> events) {
    for (Transit.Arrival next = onTheWay.peek();
        next != null && next.event().availableAt().isBefore(before);
        next = onTheWay.peek()) {
      onTheWay.remove();
      // The first local day may begin before the history does.
      if (!next.event().availableAt().isBefore(now)) {
        events.accept(next.event());
      }
    }
  }

  private Neighbourhood earliest() {
    Neighbourhood earliest = neighbourhoods.get(0);
    for (Neighbourhood each : neighbourhoods) {
      if (each.dayStart().isBefore(earliest.dayStart())) {
        earliest = each;
      }
    }
    return earliest;
  }

  private Neighbourhood neighbourhoodIn(ZoneId zone) {
    for (Neighbourhood each : neighbourhoods) {
      if (each.zone.equals(zone)) {
        return each;
      }
    }
    Neighbourhood added = new Neighbourhood(zone, now.atZone(zone).toLocalDate());
    neighbourhoods.add(added);
    return added;
  }

  private record Inhabitant(Life life, Transit transit) {}

  /** The customers of one time zone, who begin their days together. */
  private static final class Neighbourhood {

    private final ZoneId zone;
    private final List<Inhabitant> inhabitants = new ArrayList<>();
    private LocalDate day;

    Neighbourhood(ZoneId zone, LocalDate firstDay) {
      this.zone = zone;
      day = firstDay;
    }

    Instant dayStart() {
      return day.atStartOfDay(zone).toInstant();
    }

    void liveDay(Consumer<Transit.Arrival> arrivals) {
      Instant start = dayStart();
      for (Inhabitant each : inhabitants) {
        each.transit().beginDay(start, arrivals);
        each.life().live(day, happening -> each.transit().send(happening, arrivals));
      }
      day = day.plusDays(1);
    }
  }
}
