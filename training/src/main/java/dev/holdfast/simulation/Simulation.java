package dev.holdfast.simulation;

import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Lets a {@link Population} live through a {@link Scenario}, and hands out its events in the order
 * in which a company would get them. The company may {@link #contact} customers in between, which
 * changes what they do next.
 *
 * <p>Time only moves by {@link #advanceTo}; each customer has draws of their own, one stream per
 * purpose. So the events depend on the population, the scenario and the contacts alone, and neither
 * on the steps in which time is advanced nor on the machine; contacting one customer changes nobody
 * else, and in the life of that customer only the hazard of leaving. Memory holds the customers and
 * the events on their way, which is a few days of events at most, however long the simulation runs.
 * Not thread-safe.
 */
public final class Simulation {

  /** The name of the source of every simulated event. */
  public static final String SOURCE = Transit.SOURCE;

  private final Population population;
  private final Scenario scenario;
  private final boolean eventful;
  private final List<Neighbourhood> neighbourhoods = new ArrayList<>();
  private final List<Inhabitant> inhabitants = new ArrayList<>();
  private final Map<String, Integer> indexes = new HashMap<>();
  private final PriorityQueue<Transit.Arrival> onTheWay = new PriorityQueue<>();
  private final Map<LocalDate, Integer> callsOn = new HashMap<>();
  private Instant now;

  /**
   * A simulation that stands at the beginning of the population's history, without anything from
   * outside.
   *
   * @param liveFrom events that arrive earlier are marked as history ({@link Event#backfill})
   */
  public Simulation(Population population, Instant liveFrom) {
    this(population, Scenario.ordinary(), liveFrom);
  }

  /**
   * A simulation that stands at the beginning of the population's history.
   *
   * @param scenario what happens to the population from outside
   * @param liveFrom events that arrive earlier are marked as history ({@link Event#backfill})
   */
  public Simulation(Population population, Scenario scenario, Instant liveFrom) {
    this(population, scenario, liveFrom, true);
  }

  private Simulation(Population population, Scenario scenario, Instant liveFrom, boolean eventful) {
    this.population = population;
    this.scenario = scenario;
    this.eventful = eventful;
    now = population.from();
    for (int index = 0; index < population.customers().size(); index++) {
      SimulatedCustomer customer = population.customers().get(index);
      Inhabitant inhabitant =
          new Inhabitant(
              new Life(population, index, scenario),
              new Transit(
                  customer,
                  index,
                  Draws.ofCustomer(population.seed(), index, Draws.Purpose.TRANSIT),
                  liveFrom,
                  scenario.clockOff()),
              neighbourhoodIn(customer.zone()));
      inhabitants.add(inhabitant);
      inhabitant.neighbourhood().inhabitants.add(inhabitant);
      indexes.put(customer.externalId(), index);
    }
  }

  /**
   * The same lives, of which nobody is told: several times as fast, for those who need the truth
   * alone. {@link #advanceTo} hands out no events.
   */
  public static Simulation withoutEvents(Population population, Scenario scenario) {
    return new Simulation(population, scenario, population.from(), false);
  }

  /**
   * Lets everybody else stand still from now on: nothing happens to them and nobody is told of
   * them, so that a few among many cost little to follow. The lives of those who are followed are
   * the same; what the truth says of the others is as of now.
   */
  public void followOnly(Predicate<SimulatedCustomer> followed) {
    neighbourhoods.forEach(each -> each.inhabitants.clear());
    for (int index = 0; index < inhabitants.size(); index++) {
      if (followed.test(population.customers().get(index))) {
        Inhabitant inhabitant = inhabitants.get(index);
        inhabitant.neighbourhood().inhabitants.add(inhabitant);
      }
    }
    onTheWay.removeIf(arrival -> !followed.test(population.customers().get(arrival.customer())));
  }

  /** Who lives here. */
  public Population population() {
    return population;
  }

  /** What happens to them from outside. */
  public Scenario scenario() {
    return scenario;
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
      next.liveDay(eventful ? onTheWay::add : null);
    }
    handOut(to, events);
    now = to;
  }

  /** Moves to {@code to} without looking at the events on the way. */
  public void advanceTo(Instant to) {
    advanceTo(to, event -> {});
  }

  /**
   * Makes a retention call. Unless there is no capacity, the company books an outbound event; a
   * call that reaches the customer changes their hazard from their next local day on, by their own
   * {@link Truth#callEffect}, and may induce a use on that day (a usage event with the property
   * {@code induced}). Who has left already may still answer; it changes nothing.
   *
   * @param at when the call is made, at {@link #now} or later
   * @throws IllegalArgumentException if there is no such customer, they have not joined by then, or
   *     {@code at} is in the past
   */
  public CallResult contact(String externalId, Instant at) {
    if (at.isBefore(now)) {
      throw new IllegalArgumentException(
          "a call cannot be made in the past: the simulation stands at "
              + now
              + ", asked for "
              + at);
    }
    int index = indexOf(externalId);
    if (at.isBefore(population.customers().get(index).joinedAt())) {
      throw new IllegalArgumentException(externalId + " is no customer yet at " + at);
    }
    LocalDate day = at.atZone(ZoneOffset.UTC).toLocalDate();
    int before = callsOn.getOrDefault(day, 0);
    if (before >= scenario.calls().perDay()) {
      return CallResult.NO_CAPACITY;
    }
    callsOn.put(day, before + 1);
    Inhabitant inhabitant = inhabitants.get(index);
    inhabitant.contacts.add(at);
    boolean reached = inhabitant.life().call(at);
    if (eventful) {
      inhabitant
          .transit()
          .send(
              Happening.of(at, EventKind.OUTBOUND, "retention-call", "phone")
                  .with("reached", reached)
                  .booked("call-" + inhabitant.contacts.size()),
              onTheWay::add);
    }
    return reached ? CallResult.REACHED : CallResult.NOT_REACHED;
  }

  /** What only the simulation knows, as of {@link #now}; never for the product. */
  public List<Truth> truth() {
    return inhabitants.stream().map(each -> each.life().truth(now)).toList();
  }

  /**
   * What becomes of a customer if they are called at {@link #now} and if they are not, all else,
   * the contacts so far included, being equal: the same life is lived again under the same draws.
   * Leaves the simulation as it is.
   *
   * @param horizon how far to look from now, positive
   * @throws IllegalArgumentException if there is no such customer or the horizon is not positive
   */
  public PotentialOutcome potentialOutcome(String externalId, Duration horizon) {
    if (horizon.isZero() || horizon.isNegative()) {
      throw new IllegalArgumentException("the horizon must be positive, was " + horizon);
    }
    int index = indexOf(externalId);
    Instant until = now.plus(horizon);
    boolean reached = lifeUpToNow(index).call(now);
    Biography uncalled = new Biography(now, until);
    Life without = lifeUpToNow(index);
    relive(index, without, until, now, uncalled);
    Biography called = new Biography(now, until);
    Life with = lifeUpToNow(index);
    with.callAndReach(now);
    relive(index, with, until, now, called);
    return new PotentialOutcome(
        externalId,
        now,
        horizon,
        reached,
        without.leftBy(until),
        with.leftBy(until),
        !uncalled.used,
        !called.used);
  }

  int indexOf(String externalId) {
    Integer index = indexes.get(externalId);
    if (index == null) {
      throw new IllegalArgumentException(
          "there is no customer " + externalId + " in the population");
    }
    return index;
  }

  /** A customer's life from the beginning with the contacts made so far, not yet lived. */
  Life lifeUpToNow(int index) {
    Life life = new Life(population, index, scenario);
    inhabitants.get(index).contacts.forEach(life::call);
    return life;
  }

  /** The contacts made with a customer, in the order in which they were made. */
  List<Instant> contactsOf(int index) {
    return List.copyOf(inhabitants.get(index).contacts);
  }

  /**
   * Lives a life on every local day that begins before {@code until}.
   *
   * @param tell is told of what happened, but not of days that are over at {@code from}
   */
  void relive(int index, Life life, Instant until, Instant from, Consumer<Happening> tell) {
    long quietUntil = from.toEpochMilli();
    forEachDay(index, until, day -> life.live(day, day.end() > quietUntil ? tell : null));
  }

  /** Every local day of a customer's from the beginning that begins before {@code until}. */
  void forEachDay(int index, Instant until, Consumer<Day> use) {
    Calendar calendar = inhabitants.get(index).neighbourhood().calendar;
    long end = until.toEpochMilli();
    for (int i = 0; calendar.day(i).start() < end; i++) {
      use.accept(calendar.day(i));
    }
  }

  /** The local day with which a customer's history begins. */
  Day firstDayOf(int index) {
    return inhabitants.get(index).neighbourhood().calendar.day(0);
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
      if (each.calendar.zone().equals(zone)) {
        return each;
      }
    }
    Neighbourhood added = new Neighbourhood(new Calendar(zone, now));
    neighbourhoods.add(added);
    return added;
  }

  private static final class Inhabitant {

    private final Life life;
    private final Transit transit;
    private final Neighbourhood neighbourhood;
    private final List<Instant> contacts = new ArrayList<>();

    Inhabitant(Life life, Transit transit, Neighbourhood neighbourhood) {
      this.life = life;
      this.transit = transit;
      this.neighbourhood = neighbourhood;
    }

    Life life() {
      return life;
    }

    Transit transit() {
      return transit;
    }

    Neighbourhood neighbourhood() {
      return neighbourhood;
    }
  }

  /** The customers of one time zone, who begin their days together. */
  private static final class Neighbourhood {

    private final Calendar calendar;
    private final List<Inhabitant> inhabitants = new ArrayList<>();
    private final List<Happening> today = new ArrayList<>();
    private int days;

    Neighbourhood(Calendar calendar) {
      this.calendar = calendar;
    }

    Instant dayStart() {
      return Instant.ofEpochMilli(calendar.day(days).start());
    }

    void liveDay(@Nullable Consumer<Transit.Arrival> arrivals) {
      Day day = calendar.day(days);
      days++;
      if (arrivals == null) {
        for (Inhabitant each : inhabitants) {
          each.life().live(day, null);
        }
        return;
      }
      Instant start = Instant.ofEpochMilli(day.start());
      for (Inhabitant each : inhabitants) {
        each.transit().beginDay(start, arrivals);
        each.life().live(day, today::add);
        // In order of time, so that a life cut short by leaving travels as the longer one did.
        today.sort(Comparator.comparing(Happening::at));
        for (Happening happening : today) {
          each.transit().send(happening, arrivals);
        }
        today.clear();
      }
    }
  }

  /** Whether a customer uses the service, or buys, of their own accord in (from, until]. */
  private static final class Biography implements Consumer<Happening> {

    private final Instant from;
    private final Instant until;
    private boolean used;

    Biography(Instant from, Instant until) {
      this.from = from;
      this.until = until;
    }

    @Override
    public void accept(Happening happening) {
      boolean use = happening.kind().isUse();
      used |=
          use
              && happening.ownNumber() == null
              && happening.at().isAfter(from)
              && !happening.at().isAfter(until);
    }
  }
}
