package dev.holdfast.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The best that events can tell: knows how a {@link Simulation} is made, but of a customer only
 * what the company gets to see. So it bounds every model of these events, as an {@link Oracle} that
 * observes bounds whoever would know satisfaction, rates and regularity as well.
 *
 * <p>A particle filter over what is hidden: the customer's rate of use, regularity and usual
 * satisfaction, and the way of satisfaction from day to day. Each day's uses, top-ups, contacts,
 * answers to surveys and complaints, and the silence between them, weigh the particles; where few
 * carry the weight they are drawn anew and their constants jittered around their mean (Liu and West
 * 2001). It sees true instants at once, which is a little more than the company does, and takes the
 * first gap for an ordinary one, which is a little less than could be known.
 */
public final class IdealReader {

  private final Simulation simulation;
  private final int particles;
  private final long seed;

  private IdealReader(Simulation simulation, int particles, long seed) {
    this.simulation = simulation;
    this.particles = particles;
    this.seed = seed;
  }

  /**
   * A reader at the instant at which a simulation stands.
   *
   * @param particles 10 or more
   * @param seed of the particles, independent of the simulation's own
   * @throws IllegalArgumentException if there are too few particles
   */
  public static IdealReader of(Simulation simulation, int particles, long seed) {
    if (particles < 10) {
      throw new IllegalArgumentException("a reader needs 10 particles or more, had " + particles);
    }
    return new IdealReader(simulation, particles, seed);
  }

  /**
   * How probable the reader takes it that a customer, of whom nobody has heard that they left,
   * neither uses nor buys in (now, now + horizon].
   *
   * @param horizon positive
   * @return in [0, 1]
   * @throws IllegalArgumentException if there is no such customer, they have not joined yet, or
   *     have been called, the effect of which it does not read
   */
  public double silence(String externalId, Duration horizon) {
    int index = simulation.indexOf(externalId);
    SimulatedCustomer customer = simulation.population().customers().get(index);
    Instant now = simulation.now();
    if (!customer.joinedAt().isBefore(now)) {
      throw new IllegalArgumentException(externalId + " is no customer yet at " + now);
    }
    if (!simulation.contactsOf(index).isEmpty()) {
      throw new IllegalArgumentException(externalId + " has been called");
    }
    long since =
        Math.max(customer.joinedAt().toEpochMilli(), simulation.population().from().toEpochMilli());
    List<Happening> seen = new ArrayList<>();
    simulation.relive(
        index,
        simulation.lifeUpToNow(index),
        now,
        simulation.population().from(),
        happening -> {
          if (!happening.at().isAfter(now)) {
            seen.add(happening);
          }
        });
    seen.sort(Comparator.comparing(Happening::at));
    Circumstances circumstances =
        new Circumstances(simulation.scenario(), customer, simulation.population().seed(), index);
    Belief belief =
        new Belief(
            particles,
            Draws.ofOccasion(seed, index, Draws.Purpose.FUTURE, particles),
            Evidence.lastSignOfLife(seen, since),
            Evidence.usesADay(seen, since));
    List<Day> ahead = new ArrayList<>();
    int[] next = {0};
    simulation.forEachDay(
        index,
        now.plus(horizon),
        day -> {
          if (day.start() >= now.toEpochMilli()) {
            ahead.add(day);
          } else if (day.end() > since) {
            int from = next[0];
            while (next[0] < seen.size() && seen.get(next[0]).at().toEpochMilli() < day.end()) {
              next[0]++;
            }
            belief.live(
                day,
                day.partAt(now.toEpochMilli()),
                circumstances,
                Evidence.of(day, seen.subList(from, next[0])));
          }
        });
    return belief.silence(
        now.toEpochMilli(), ahead, now.plus(horizon).toEpochMilli(), circumstances);
  }
}
