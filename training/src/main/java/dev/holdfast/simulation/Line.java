package dev.holdfast.simulation;

/** Whether a customer's line is in service, or suspended for a while. */
final class Line {

  private static final double SUSPENSIONS_A_DAY = 0.03 / 365;
  private static final int SHORTEST_DAYS = 10;
  private static final int LONGEST_DAYS = 40;

  private final Draws draws;
  private double untilSuspension;
  private long resumesOn;
  private boolean suspended;
  private boolean changedToday;
  private boolean settled;

  Line(Draws draws) {
    this.draws = draws;
    untilSuspension = draws.exponential(1);
  }

  private Line(Line other, Draws draws) {
    this.draws = draws;
    // The wait for a suspension is memoryless, so the future may draw it anew.
    untilSuspension = draws.exponential(1);
    resumesOn = other.resumesOn;
    suspended = other.suspended;
  }

  /** One way in which it could go on from here. */
  Line future(Draws futureDraws) {
    return new Line(this, futureDraws);
  }

  /** Lets it not be suspended any more; its futures may be. */
  void settle() {
    settled = true;
  }

  void live(Day day) {
    changedToday = false;
    if (suspended) {
      if (day.number() >= resumesOn) {
        suspended = false;
        changedToday = true;
      }
      return;
    }
    if (settled) {
      return;
    }
    untilSuspension -= SUSPENSIONS_A_DAY;
    if (untilSuspension < 0) {
      untilSuspension = draws.exponential(1);
      resumesOn = day.number() + draws.wholeBetween(SHORTEST_DAYS, LONGEST_DAYS);
      suspended = true;
      changedToday = true;
    }
  }

  /** True on a day without service, the first one included. */
  boolean suspended() {
    return suspended;
  }

  /** True on the day of a suspension or resumption. */
  boolean changedToday() {
    return changedToday;
  }
}
