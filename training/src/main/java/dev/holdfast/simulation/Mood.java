package dev.holdfast.simulation;

/**
 * The hidden satisfaction S of a customer. It wanders around the customer's own mean
 * (Ornstein-Uhlenbeck, in daily steps), failures of the service lower it, and a resolved complaint
 * lifts it. It goes its way whether the customer is called, or even there.
 */
final class Mood {

  static final double RETURN_PER_DAY = 1.0 / 45;
  static final double DAILY_SHOCK = 0.15;

  /** Standard deviation around the own mean, without failures. */
  static final double SPREAD = DAILY_SHOCK / Math.sqrt(2 * RETURN_PER_DAY);

  static final double FAILURES_A_DAY = 1.4 / 365;
  private static final double SMALLEST_FAILURE = 0.5;
  private static final double MEAN_EXTRA_FAILURE = 0.5;
  static final double COMPLAINT_AFTER_FAILURE = 0.3;
  static final double COMPLAINT_RESOLVED = 0.8;
  static final double LIFT_BY_RESOLUTION = 0.8;
  private static final long NEVER = Long.MIN_VALUE;

  private final double mean;
  private final Draws draws;
  private double satisfaction;
  private double untilFailure;
  private int complaints;
  private long complainsOn = NEVER;
  private long heardOn = NEVER;
  private boolean complainedToday;
  private boolean heardToday;

  Mood(double mean, Draws draws) {
    this.mean = mean;
    this.draws = draws;
    satisfaction = mean + SPREAD * draws.gaussian();
    untilFailure = draws.exponential(1);
  }

  private Mood(Mood other, Draws draws) {
    mean = other.mean;
    this.draws = draws;
    satisfaction = other.satisfaction;
    // The wait for a failure is memoryless, so the future may draw it anew.
    untilFailure = draws.exponential(1);
    complaints = other.complaints;
    complainsOn = other.complainsOn;
    heardOn = other.heardOn;
  }

  /** One way in which it could go on from here. */
  Mood future(Draws futureDraws) {
    return new Mood(this, futureDraws);
  }

  void live(Day day) {
    satisfaction += RETURN_PER_DAY * (mean - satisfaction) + DAILY_SHOCK * draws.gaussian();
    untilFailure -= FAILURES_A_DAY;
    if (untilFailure < 0) {
      untilFailure = draws.exponential(1);
      fail(day);
    }
    complainedToday = complainsOn == day.number();
    if (complainedToday) {
      complainsOn = NEVER;
      complaints++;
      if (draws.chance(COMPLAINT_RESOLVED)) {
        heardOn = day.number() + draws.wholeBetween(1, 10);
      }
    }
    heardToday = heardOn == day.number();
    if (heardToday) {
      heardOn = NEVER;
      satisfaction += LIFT_BY_RESOLUTION;
    }
  }

  /** By how much a failure of the service lowers satisfaction. */
  static double failure(Draws draws) {
    return SMALLEST_FAILURE + draws.exponential(MEAN_EXTRA_FAILURE);
  }

  private void fail(Day day) {
    satisfaction -= failure(draws);
    if (complainsOn == NEVER && heardOn == NEVER && draws.chance(COMPLAINT_AFTER_FAILURE)) {
      complainsOn = day.number() + draws.wholeBetween(1, 3);
    }
  }

  double satisfaction() {
    return satisfaction;
  }

  /** How many complaints were made so far. */
  int complaints() {
    return complaints;
  }

  boolean complainedToday() {
    return complainedToday;
  }

  boolean heardToday() {
    return heardToday;
  }
}
