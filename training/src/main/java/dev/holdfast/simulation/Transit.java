package dev.holdfast.simulation;

import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a customer's happenings reach the company: most within seconds; one in a hundred hours or
 * days late; one in a hundred only behind the customer's next one; one in two hundred twice; the
 * clocks of a few devices are off by up to two minutes, and the source's own clock may be off too.
 */
final class Transit {

  /** The name of the source under which all simulated events come. */
  static final String SOURCE = "simulation";

  private static final double LATE = 0.01;
  private static final double OVERTAKEN = 0.01;
  private static final double TWICE = 0.005;
  private static final double DEVICES_OFF = 0.03;
  private static final int MOST_SECONDS_OFF = 120;
  private static final double MEAN_SECONDS = 8;
  private static final Duration LONGEST_HELD = Duration.ofDays(3);

  private final SimulatedCustomer customer;
  private final int index;
  private final Draws draws;
  private final int secondsOff;
  private final Instant liveFrom;
  private final Duration clockOff;
  private long number;
  private long sequence;
  private @Nullable Happening held;

  /**
   * @param clockOff by how much the clock of the source is ahead of true time
   */
  Transit(SimulatedCustomer customer, int index, Draws draws, Instant liveFrom, Duration clockOff) {
    this.customer = customer;
    this.clockOff = clockOff;
    this.index = index;
    this.draws = draws;
    this.liveFrom = liveFrom;
    secondsOff =
        draws.chance(DEVICES_OFF) ? draws.wholeBetween(-MOST_SECONDS_OFF, MOST_SECONDS_OFF) : 0;
  }

  /** An event on its way; ordered by arrival, ties by customer and by when it was sent. */
  record Arrival(Event event, int customer, long sequence) implements Comparable<Arrival> {

    @Override
    public int compareTo(Arrival other) {
      int byTime = event.availableAt().compareTo(other.event.availableAt());
      if (byTime != 0) {
        return byTime;
      }
      int byCustomer = Integer.compare(customer, other.customer);
      return byCustomer != 0 ? byCustomer : Long.compare(sequence, other.sequence);
    }
  }

  /** Releases what has waited too long for a next event to overtake it. */
  void beginDay(Instant start, Consumer<Arrival> arrivals) {
    if (held != null && held.at().plus(LONGEST_HELD).isBefore(start)) {
      Happening overdue = held;
      held = null;
      arrive(overdue, start.plusSeconds(draws.wholeBetween(1, 60)), arrivals);
    }
  }

  /**
   * Sends one happening; it arrives no earlier than it happened. What the company books itself does
   * not travel, and leaves no trace in how all else travels.
   */
  void send(Happening happening, Consumer<Arrival> arrivals) {
    if (happening.ownNumber() != null) {
      arrivals.accept(
          arrival(idOf(happening.ownNumber()), happening, happening.at().plusSeconds(1)));
      return;
    }
    if (held == null && draws.chance(OVERTAKEN)) {
      held = happening;
      return;
    }
    boolean late = draws.chance(LATE);
    double delaySeconds = late ? draws.between(2, 48) * 3600 : 1 + draws.exponential(MEAN_SECONDS);
    Instant availableAt = happening.at().plusMillis((long) (delaySeconds * 1000));
    arrive(happening, availableAt, arrivals);
    if (held != null) {
      Happening overtaken = held;
      held = null;
      Instant behind = availableAt.isAfter(overtaken.at()) ? availableAt : overtaken.at();
      arrive(overtaken, behind.plusSeconds(draws.wholeBetween(1, 60)), arrivals);
    }
  }

  private void arrive(Happening happening, Instant availableAt, Consumer<Arrival> arrivals) {
    String id = idOf(Long.toString(number++));
    arrivals.accept(arrival(id, happening, availableAt));
    if (draws.chance(TWICE)) {
      Instant again = availableAt.plusSeconds(draws.wholeBetween(1, 7200));
      arrivals.accept(arrival(id, happening, again));
    }
  }

  private String idOf(String ownNumber) {
    return customer.externalId().substring("sim:".length()) + "-" + ownNumber;
  }

  private Arrival arrival(String id, Happening happening, Instant availableAt) {
    // Only what a device reports carries the device's clock.
    Instant stamped = happening.at().plus(clockOff);
    Instant occurredAt =
        happening.kind() == EventKind.USAGE ? stamped.plusSeconds(secondsOff) : stamped;
    Event event =
        new Event(
            id,
            SOURCE,
            customer.externalId(),
            happening.name(),
            happening.kind(),
            occurredAt,
            availableAt,
            false,
            1,
            happening.amount(),
            happening.amount() == null ? null : customer.currency(),
            happening.channel(),
            happening.properties(),
            availableAt.isBefore(liveFrom));
    return new Arrival(event, index, sequence++);
  }
}
