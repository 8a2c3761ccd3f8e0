package dev.holdfast.simulation;

/**
 * What drives a customer's life on a day, whether they have left or not: the hazard of leaving and
 * the rates of what they do.
 *
 * <p>The hazard is exp(b0 - b1 S + calls + circumstances) per day, and 0 while the line is
 * suspended. Operational time runs fast on a busy day and stands still while the line is suspended.
 */
final class Condition {

  /** b0 and b1 of the hazard; b0 makes about one in four leave in a year. */
  static final double HAZARD_AT_ZERO = -7.83;

  static final double HAZARD_PER_SATISFACTION = 1.2;
  static final double USE_PER_SATISFACTION = 0.35;
  static final double TOP_UPS_A_DAY = 11.0 / 365;
  static final double CONTACTS_A_DAY = 1.8 / 365;

  private final Traits traits;
  private final Circumstances circumstances;
  private final Mood mood;
  private final Line line;
  private final Calls calls;

  private double logHazardUncalled = HAZARD_AT_ZERO;
  private double eagerness = 1;
  private double season;
  private Service service = Service.UNDISTURBED;

  private Condition(Traits traits, Circumstances circumstances, Mood mood, Line line, Calls calls) {
    this.traits = traits;
    this.circumstances = circumstances;
    this.mood = mood;
    this.line = line;
    this.calls = calls;
  }

  /** The condition in which a customer joins. */
  static Condition atFirst(Population population, int index, Scenario scenario) {
    long seed = population.seed();
    SimulatedCustomer customer = population.customers().get(index);
    Traits traits = Traits.drawn(customer, Draws.ofCustomer(seed, index, Draws.Purpose.TRAITS));
    return new Condition(
        traits,
        new Circumstances(scenario, customer, seed, index),
        new Mood(traits.meanSatisfaction(), Draws.ofCustomer(seed, index, Draws.Purpose.MOOD)),
        new Line(Draws.ofCustomer(seed, index, Draws.Purpose.LINE)),
        new Calls(scenario.calls(), traits.callEffect(), seed, index));
  }

  /** One way in which it could go on from here; leaves this one as it is. */
  Condition future(Draws draws) {
    return new Condition(
        traits, circumstances, mood.future(draws), line.future(draws), calls.copy());
  }

  void live(Day day) {
    mood.live(day);
    line.live(day);
    calls.live(day);
    double satisfaction = mood.satisfaction();
    logHazardUncalled =
        HAZARD_AT_ZERO
            - HAZARD_PER_SATISFACTION * circumstances.satisfactionWeight(day) * satisfaction
            + circumstances.logHazard(day);
    eagerness = StrictMath.exp(USE_PER_SATISFACTION * satisfaction);
    season = day.season();
    service = circumstances.serviceOn(day);
  }

  /** Expected number of times they would leave today, were they to come back at once. */
  double hazard() {
    return hazardWith(calls.effect());
  }

  /** The same if calls added this to its logarithm. */
  double hazardWith(double callEffect) {
    return line.suspended() ? 0 : StrictMath.exp(logHazardUncalled + callEffect);
  }

  /** Operational time of use today in mean gaps, on a day without an outage. */
  double uses() {
    return line.suspended() ? 0 : traits.usesADay() * season * eagerness;
  }

  /** Operational time of top-ups today in mean gaps, on a day without an outage. */
  double topUps() {
    return line.suspended() ? 0 : TOP_UPS_A_DAY * season;
  }

  /** Expected number of times they contact the company today. */
  double contacts() {
    return line.suspended() ? 0 : CONTACTS_A_DAY / eagerness;
  }

  /** The service as they find it today. */
  Service service() {
    return service;
  }

  Traits traits() {
    return traits;
  }

  Circumstances circumstances() {
    return circumstances;
  }

  Mood mood() {
    return mood;
  }

  Line line() {
    return line;
  }

  Calls calls() {
    return calls;
  }
}
