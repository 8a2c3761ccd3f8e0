package dev.holdfast.simulation.study;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.ChurnDefinition;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.activity.Features;
import dev.holdfast.activity.Priors;
import dev.holdfast.effect.AssignedLabel;
import dev.holdfast.effect.Maturity;
import dev.holdfast.simulation.CompetitorShock;
import dev.holdfast.simulation.Oracle;
import dev.holdfast.simulation.Population;
import dev.holdfast.simulation.Scenario;
import dev.holdfast.simulation.SimulatedCustomer;
import dev.holdfast.simulation.Simulation;
import dev.holdfast.simulation.TrueRisk;
import dev.holdfast.simulation.Truth;
import dev.holdfast.training.Exposures;
import dev.holdfast.training.Rehearsal;
import dev.holdfast.training.Replay;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Customers of a population that lives twice: once nobody is called, once everybody is called at
 * the same instant. So of each customer both outcomes are known, by the code that looks at outcomes
 * in production, and whatever a lot decides, what becomes of it is only looked up.
 *
 * <p>The world is one in which four times as many leave as usual; those who used the service within
 * the last 30 days are called, six in ten are reached, and it is asked on day 60 who is still
 * there.
 */
final class TwoLives {

  /** When everybody is called, or nobody: in a part of the year without holidays. */
  static final Instant CALLED = Instant.parse("2026-07-16T00:00:00Z");

  /** In the order of {@link Customer#features}: at most ten, as models of effects take. */
  static final List<String> FEATURES =
      List.of(
          "basic plan",
          "family plan",
          "mean_gap",
          "cv_gap",
          "regularity",
          "ln1p_idle",
          "n_events",
          "ew_gap_ratio",
          "sentiment",
          "log-odds of the risk");

  /** What a saved customer brings, by plan. */
  private static final Map<String, Double> VALUES =
      Map.of("basic", 100.0, "plus", 200.0, "family", 400.0);

  private static final int SEEN_WITHIN = 30;
  private static final Duration HISTORY = Duration.ofDays(200);
  private static final Duration LATE = Duration.ofDays(2);
  private static final Duration TO_CALL = Duration.ofMinutes(1);
  private static final String TRAINER = "logistic: {c: 0.03}\nblend: false";
  private static final Scenario ORDINARY =
      Scenario.ordinary()
          .withHazardFactor(4)
          .with(new CompetitorShock(CALLED.minus(Duration.ofDays(2)), 4, 1));
  // Added to the seed of a world: others of its kind, of whom the model of risk is learnt.
  private static final long LEARNT_FROM = 1_000_000;
  private static final int MOST_LEARNT = 4_000;
  private static final int FEWEST_LEARNT = 1_000;
  private static final int FUTURES = 40;
  private static final Instant END = CALLED.plus(Duration.ofDays(Maturity.USUAL_DAYS)).plus(LATE);

  /**
   * A customer with both outcomes.
   *
   * @param risk calibrated, when they would be called
   * @param features in the order of {@link #FEATURES}
   * @param churnedAlone what becomes of it if nobody calls
   * @param churnedCalled what becomes of it if it is called, reached or not
   * @param value what it brings if it stays
   */
  @SuppressWarnings("ArrayRecordComponent") // Columns; compared by nobody.
  record Customer(
      String externalId,
      double risk,
      double[] features,
      boolean churnedAlone,
      boolean churnedCalled,
      double value) {}

  private final List<Customer> customers;
  private final long seed;
  private final int population;
  private final Scenario scenario;

  private TwoLives(List<Customer> customers, long seed, int population, Scenario scenario) {
    this.customers = List.copyOf(customers);
    this.seed = seed;
    this.population = population;
    this.scenario = scenario;
  }

  /** A model of risk, learnt from others of the kind whom nobody ever called. */
  static Rehearsal model(long seed, int population, Consumer<String> progress) {
    int learnt = Math.min(MOST_LEARNT, Math.max(FEWEST_LEARNT, population));
    Histories histories = new Histories(learnt);
    live(seed + LEARNT_FROM, learnt, ORDINARY).advanceTo(END, histories);
    return Rehearsal.of(
        World.experiment(SEEN_WITHIN, CALLED, 4, TRAINER, seed),
        histories,
        Exposures.none(),
        progress);
  }

  /**
   * Lets a population live twice.
   *
   * @param effect factor on every customer's own effect of a call; 0 for a world in which calls do
   *     nothing but bring some to look in on the next day
   * @param model of risk
   */
  static TwoLives of(
      long seed, int population, double effect, Rehearsal model, Consumer<String> progress) {
    Scenario scenario = ORDINARY.withCalls(ORDINARY.calls().withEffect(effect));
    progress.accept("two lives of " + population + " customers, seed " + seed);
    ChurnDefinition churn = churn();
    Priors priors = withChurn(model.priors(), churn);
    List<SimulatedCustomer> asked = new ArrayList<>();
    List<double[]> features = new ArrayList<>();
    List<Double> risks = new ArrayList<>();
    Histories called = new Histories(population);
    Simulation calling = live(seed, population, scenario);
    calling.advanceTo(CALLED.plusNanos(1), called);
    for (SimulatedCustomer one : calling.population().customers()) {
      ActivityState state =
          new Replay(called.of(Histories.idOf(one.externalId())).events()).at(CALLED);
      if (churn.eligible(state, CALLED)) {
        double risk = model.risk(state, CALLED);
        asked.add(one);
        risks.add(risk);
        features.add(features(one, state, priors, risk));
        calling.contact(one.externalId(), CALLED.plus(TO_CALL));
      }
    }
    calling.advanceTo(END, called);
    List<AssignedLabel> phoned = outcomes(asked, called, priors);
    Histories alone = new Histories(population);
    live(seed, population, scenario).advanceTo(END, alone);
    List<AssignedLabel> left = outcomes(asked, alone, priors);
    List<Customer> customers = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      if (left.get(i).known() && phoned.get(i).known()) {
        customers.add(
            new Customer(
                asked.get(i).externalId(),
                risks.get(i),
                features.get(i),
                left.get(i).churned(),
                phoned.get(i).churned(),
                VALUES.getOrDefault(asked.get(i).plan(), 0.0)));
      }
    }
    return new TwoLives(customers, seed, population, scenario);
  }

  /** Who was asked about, in the order of the population. */
  List<Customer> customers() {
    return customers;
  }

  /** Mean effect of calling on all of them, in churn rate: the truth. */
  double effect() {
    double sum = 0;
    for (Customer one : customers) {
      sum += (one.churnedAlone() ? 1 : 0) - (one.churnedCalled() ? 1 : 0);
    }
    return sum / customers.size();
  }

  /**
   * How likely a call keeps each of the customers, by the oracle: the expected effect on having
   * left by day 60, which no outcome shows.
   */
  double[] expectedEffects() {
    Simulation simulation = live(seed, population, scenario);
    simulation.advanceTo(CALLED.plusNanos(1));
    Oracle oracle = Oracle.of(simulation, FUTURES, seed);
    Set<String> gone = new HashSet<>();
    for (Truth truth : simulation.truth()) {
      if (truth.leftAt() != null) {
        gone.add(truth.externalId());
      }
    }
    double reach = scenario.calls().reach();
    double[] effects = new double[customers.size()];
    for (int i = 0; i < effects.length; i++) {
      if (gone.contains(customers.get(i).externalId())) {
        continue;
      }
      TrueRisk risk =
          oracle.risk(customers.get(i).externalId(), Duration.ofDays(Maturity.USUAL_DAYS));
      effects[i] = reach * risk.effectOfReaching();
    }
    return effects;
  }

  private static Simulation live(long seed, int population, Scenario scenario) {
    return new Simulation(Population.draw(seed, population, CALLED.minus(HISTORY)), scenario, END);
  }

  private static ChurnDefinition churn() {
    return ChurnDefinition.silence((int) World.HORIZON.toDays(), SEEN_WITHIN, 1);
  }

  private static Priors withChurn(Priors priors, ChurnDefinition churn) {
    return new Priors(
        priors.version(),
        churn,
        priors.medianGapDays(),
        priors.gapCdf(),
        priors.bgNbd(),
        priors.weekdays());
  }

  private static List<AssignedLabel> outcomes(
      List<SimulatedCustomer> asked, Histories histories, Priors priors) {
    return asked.stream()
        .map(
            one ->
                AssignedLabel.of(
                    histories.of(Histories.idOf(one.externalId())).events(),
                    priors,
                    Maturity.USUAL_DAYS,
                    CALLED,
                    END))
        .toList();
  }

  private static double[] features(
      SimulatedCustomer customer, ActivityState state, Priors priors, double risk) {
    float[] all = Features.of(state, CALLED, priors);
    FeatureSchema schema = FeatureSchema.current();
    double[] features = new double[FEATURES.size()];
    features[0] = customer.plan().equals("basic") ? 1 : 0;
    features[1] = customer.plan().equals("family") ? 1 : 0;
    for (int j = 2; j < features.length - 1; j++) {
      features[j] = all[schema.indexOf(FEATURES.get(j))];
    }
    features[features.length - 1] = Math.log(risk / (1 - risk));
    return features;
  }
}
