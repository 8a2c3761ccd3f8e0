package dev.holdfast.simulation;

import dev.holdfast.event.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the tests of this package need of simulations. */
final class Lives {

  static final Instant FROM = Instant.parse("2025-01-01T00:00:00Z");

  private Lives() {}

  static Instant day(int number) {
    return FROM.plus(Duration.ofDays(number));
  }

  static Simulation of(long seed, int size, Scenario scenario) {
    return new Simulation(Population.draw(seed, size, FROM), scenario, FROM);
  }

  static Simulation unseen(long seed, int size, Scenario scenario) {
    return Simulation.withoutEvents(Population.draw(seed, size, FROM), scenario);
  }

  static List<Event> events(Simulation simulation, Instant to) {
    List<Event> events = new ArrayList<>();
    simulation.advanceTo(to, events::add);
    return events;
  }

  static Map<String, Truth> truths(Simulation simulation) {
    Map<String, Truth> truths = new HashMap<>();
    simulation.truth().forEach(each -> truths.put(each.externalId(), each));
    return truths;
  }

  /** The customers who have joined and are still there. */
  static List<Truth> present(Simulation simulation) {
    return simulation.truth().stream()
        .filter(each -> each.leftAt() == null && each.joinedAt().isBefore(simulation.now()))
        .toList();
  }
}
