package dev.holdfast.simulation.study;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.ChurnDefinition;
import dev.holdfast.campaign.Exposure;
import dev.holdfast.evaluation.Calibration;
import dev.holdfast.evaluation.Interval;
import dev.holdfast.evaluation.Scored;
import dev.holdfast.simulation.CallSettings;
import dev.holdfast.simulation.Population;
import dev.holdfast.simulation.Scenario;
import dev.holdfast.simulation.SimulatedCustomer;
import dev.holdfast.simulation.Simulation;
import dev.holdfast.training.CustomerHistory;
import dev.holdfast.training.Experiment;
import dev.holdfast.training.Exposures;
import dev.holdfast.training.Rehearsal;
import dev.holdfast.training.Replay;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Whether the company's own calls poison what the next model learns.
 *
 * <p>One population lives twice, in a world in which four times as many leave and calls work
 * strongly. In the first life nobody is ever called. In the second, a model that was trained before
 * scores everybody at the training snapshot and again at the cut-off; of those above its threshold
 * on the dearer plans, on whom calls work best, eight in ten by lot are called a minute later and
 * the others held out. Two models learn from the second life: one takes what it sees for what would
 * have been, the other has the ledger of who was called, leaves these out and lets those held out
 * stand in for them. Both then say what becomes of other customers of the same world, who are never
 * called, in the same thirty days: later, churn is lower whoever learnt what, for in such a world
 * the dissatisfied leave first. Who learnt from customers whom calls had kept expects too few to
 * leave.
 *
 * <p>The rows are what is in question and not the trainers, so one trainer is enough: the
 * regression at its default strength.
 */
final class FeedbackStudy implements Study {

  private static final int SEEN_WITHIN = 7;
  private static final double THRESHOLD = 0.005;
  private static final double SHARE = 0.8;
  private static final String TRAINER = "logistic: {c: 0.03}\nblend: false";
  private static final Duration TO_CALL = Duration.ofMinutes(1);
  // In a part of the year without holidays, which would move churn between the two snapshots.
  private static final Instant CUTOFF = Instant.parse("2026-07-16T00:00:00Z");
  private static final Instant END = World.endOf(CUTOFF);
  // One horizon and the lateness before the cut-off, which is where training puts its snapshot.
  private static final Instant SNAPSHOT = CUTOFF.minus(World.HORIZON).minus(Duration.ofDays(1));
  private static final Duration HISTORY = Duration.ofDays(200);
  private static final Scenario STRONG =
      Scenario.ordinary()
          .withHazardFactor(4)
          .withCalls(CallSettings.ordinary().withEffect(3).withReach(1).withInducedUse(0));
  // Added to the seed of a world: customers of its kind whom nobody learns from.
  private static final long OTHERS = 1_000_000;
  private static final int ROUNDS = 400;
  // Fewer worlds do not tell how far they differ.
  private static final int FEWEST_WORLDS = 4;
  private static final double TWO_SIDED = 1.96;

  private static final String NAIVELY = "learnt naively";
  private static final String WITH_LEDGER = "learnt with the ledger";
  private static final String WITHOUT_CALLS = "learnt where nobody is called";

  @Override
  public String name() {
    return "feedback";
  }

  @Override
  public String question() {
    return "Does a model that learns in the campaign's own footsteps still say the truth of those"
        + " who are left alone?";
  }

  @Override
  public List<Finding> run(Plan plan, Consumer<String> progress) {
    Map<String, List<List<Scored>>> byWorld = new LinkedHashMap<>();
    List<String> seeds = new ArrayList<>();
    for (long seed : plan.seeds()) {
      progress.accept("feedback: a world of seed " + seed);
      seeds.add(Long.toString(seed));
      Histories alone = new Histories(plan.customers());
      live(seed, plan.customers()).advanceTo(END, alone);
      Histories others = new Histories(plan.customers());
      live(seed + OTHERS, plan.customers()).advanceTo(END, others);
      Ledger ledger = new Ledger(seed, before(seed, alone, progress), plan.customers());
      Experiment experiment = World.experiment(SEEN_WITHIN, CUTOFF, 1, TRAINER, seed);
      Map<String, Rehearsal> models = new LinkedHashMap<>();
      models.put(NAIVELY, Rehearsal.of(experiment, ledger.histories, Exposures.none(), progress));
      models.put(WITH_LEDGER, Rehearsal.of(experiment, ledger.histories, ledger, progress));
      models.put(WITHOUT_CALLS, Rehearsal.of(experiment, alone, Exposures.none(), progress));
      models.forEach(
          (how, model) ->
              byWorld
                  .computeIfAbsent(how, h -> new ArrayList<>())
                  .add(ofWorld(seed, model.judged(others, SNAPSHOT, END))));
    }
    List<Finding> findings = new ArrayList<>();
    Map<String, List<Scored>> scored = new LinkedHashMap<>();
    byWorld.forEach(
        (how, worlds) -> scored.put(how, worlds.stream().flatMap(List::stream).toList()));
    scored.forEach(
        (how, rows) -> {
          Finding finding =
              Finding.told(
                      name(),
                      "observed over expected of the never called, " + how,
                      String.join(", ", seeds),
                      RankingStudy.rows(rows),
                      Calibration.of(rows).observedToExpected())
                  .with(interval(byWorld.getOrDefault(how, List.of()), rows));
          findings.add(
              switch (how) {
                case NAIVELY -> finding.atLeast(1.1);
                case WITH_LEDGER -> finding.within(0.95, 1.05);
                default -> finding;
              });
        });
    double undisturbed = expected(scored.getOrDefault(WITHOUT_CALLS, List.of()));
    scored.forEach(
        (how, rows) ->
            findings.add(
                Finding.told(
                    name(),
                    "churn expected where nobody is called over churn expected, " + how,
                    String.join(", ", seeds),
                    RankingStudy.rows(rows),
                    undisturbed / expected(rows))));
    return findings;
  }

  /**
   * Of the ratio, by how far the worlds differ: what was learnt and who was called by lot differ
   * from world to world, of which the customers of a few worlds know nothing.
   */
  private static Interval interval(List<List<Scored>> worlds, List<Scored> rows) {
    if (worlds.size() < FEWEST_WORLDS) {
      return Interval.bootstrap(rows, ROUNDS, 1, Calibration::ratioOf);
    }
    double ratio = Calibration.of(rows).observedToExpected();
    double squares = 0;
    for (List<Scored> world : worlds) {
      double churned = world.stream().filter(Scored::churned).count();
      squares += Math.pow(churned - ratio * expected(world), 2);
    }
    double k = worlds.size();
    double error = Math.sqrt(squares * k / (k - 1)) / expected(rows);
    return new Interval(ratio, ratio - TWO_SIDED * error, ratio + TWO_SIDED * error);
  }

  private static Simulation live(long seed, int customers) {
    return new Simulation(Population.draw(seed, customers, CUTOFF.minus(HISTORY)), STRONG, END);
  }

  /** The model by which the campaign chooses: trained before there was one. */
  private static Rehearsal before(long seed, Histories alone, Consumer<String> progress) {
    return Rehearsal.of(
        World.experiment(SEEN_WITHIN, SNAPSHOT, 4, TRAINER, seed),
        alone,
        Exposures.none(),
        progress);
  }

  private static double expected(List<Scored> rows) {
    return rows.stream().mapToDouble(Scored::probability).sum();
  }

  /** Customers of different worlds are different customers. */
  static List<Scored> ofWorld(long seed, List<Scored> rows) {
    long first = seed << 24;
    return rows.stream()
        .map(s -> new Scored(first + s.customer(), s.probability(), s.churned(), s.weight()))
        .toList();
  }

  /** The life with campaigns, and what they decided. */
  private static final class Ledger implements Exposures {

    private final Map<Long, List<Exposure>> decisions = new HashMap<>();
    private final Histories histories;
    private final Rehearsal chooser;
    private final long seed;

    Ledger(long seed, Rehearsal chooser, int customers) {
      this.seed = seed;
      this.chooser = chooser;
      histories = new Histories(customers);
      Simulation simulation = live(seed, customers);
      campaign(SNAPSHOT, simulation);
      campaign(CUTOFF, simulation);
      simulation.advanceTo(END, histories);
    }

    private void campaign(Instant at, Simulation simulation) {
      simulation.advanceTo(at.plusNanos(1), histories);
      Instant decided = at.plus(TO_CALL);
      SplittableRandom lot = new SplittableRandom(seed ^ at.getEpochSecond());
      for (SimulatedCustomer customer : simulation.population().customers()) {
        long id = Histories.idOf(customer.externalId());
        // Drawn for everybody, so that who is listed changes nobody else's lot.
        boolean treated = lot.nextDouble() < SHARE;
        if (customer.plan().equals("basic") || !listed(histories.of(id), at)) {
          continue;
        }
        decisions
            .computeIfAbsent(id, i -> new ArrayList<>())
            .add(
                new Exposure(
                    new Exposure.Draw(at.getEpochSecond(), 1),
                    decided,
                    decided.plusSeconds(1),
                    treated,
                    SHARE));
        if (treated) {
          simulation.contact(customer.externalId(), decided);
        }
      }
    }

    private boolean listed(CustomerHistory customer, Instant at) {
      ActivityState state = new Replay(customer.events()).at(at);
      return ChurnDefinition.silence((int) World.HORIZON.toDays(), SEEN_WITHIN, 1)
              .eligible(state, at)
          && chooser.risk(state, at) >= THRESHOLD;
    }

    @Override
    public List<Exposure> of(long customer) {
      return decisions.getOrDefault(customer, List.of());
    }
  }
}
