package dev.holdfast.simulation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The retention calls to one customer and what they do to the hazard: a call that reaches them adds
 * the customer's effect to its logarithm from their next local day on, halving with every
 * half-life. A further one renews the effect and does not add up.
 *
 * <p>Whether a call reaches depends on the customer and the instant alone, so that the same call is
 * answered or not in every world in which it is made.
 */
final class Calls {

  private static final double MILLIS_A_DAY = 86_400_000;

  private record Attempt(Instant at, boolean reached, boolean inducesUse) {}

  private final CallSettings settings;
  private final double effectOfOne;
  private final double keptPerDay;
  private final long seed;
  private final int index;
  private final List<Attempt> waiting = new ArrayList<>();
  private double effect;
  private int made;
  private int reached;
  private boolean inducesUseToday;

  /**
   * @param effectOfOne of a call that reaches the customer, on the logarithm of the hazard
   */
  Calls(CallSettings settings, double effectOfOne, long seed, int index) {
    this.settings = settings;
    this.effectOfOne = settings.effect() * effectOfOne;
    this.seed = seed;
    this.index = index;
    keptPerDay = StrictMath.pow(0.5, MILLIS_A_DAY / settings.halfLife().toMillis());
  }

  private Calls(Calls other) {
    settings = other.settings;
    effectOfOne = other.effectOfOne;
    keptPerDay = other.keptPerDay;
    seed = other.seed;
    index = other.index;
    waiting.addAll(other.waiting);
    effect = other.effect;
    made = other.made;
    reached = other.reached;
  }

  /** As they stand; what becomes of the copy does not touch these. */
  Calls copy() {
    return new Calls(this);
  }

  /** Makes a call, and returns whether it reaches the customer. */
  boolean make(Instant at) {
    Draws draws = Draws.ofOccasion(seed, index, Draws.Purpose.CALL, at.toEpochMilli());
    boolean answered = draws.chance(settings.reach());
    add(new Attempt(at, answered, answered && draws.chance(settings.inducedUse())));
    return answered;
  }

  /** Makes a call that reaches the customer for certain. */
  void makeAndReach(Instant at) {
    add(new Attempt(at, true, false));
  }

  private void add(Attempt attempt) {
    made++;
    if (attempt.reached()) {
      reached++;
      waiting.add(attempt);
    }
  }

  void live(Day day) {
    effect *= keptPerDay;
    inducesUseToday = false;
    if (waiting.isEmpty()) {
      return;
    }
    for (Attempt each : waiting) {
      if (day.isFrom(each.at())) {
        effect = effectOfOne;
        inducesUseToday |= each.inducesUse();
      }
    }
    waiting.removeIf(each -> day.isFrom(each.at()));
  }

  /** What calls add to the logarithm of the hazard today. */
  double effect() {
    return effect;
  }

  /** What a call that reaches the customer adds on its first day. */
  double effectOfOne() {
    return effectOfOne;
  }

  boolean inducesUseToday() {
    return inducesUseToday;
  }

  int made() {
    return made;
  }

  int reached() {
    return reached;
  }
}
