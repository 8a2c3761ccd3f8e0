package dev.holdfast.simulation.study;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.ChurnDefinition;
import dev.holdfast.evaluation.Calibration;
import dev.holdfast.evaluation.Interval;
import dev.holdfast.evaluation.Scored;
import dev.holdfast.simulation.CallSettings;
import dev.holdfast.simulation.Scenario;
import dev.holdfast.simulation.SimulatedCustomer;
import dev.holdfast.simulation.Simulation;
import dev.holdfast.training.CustomerHistory;
import dev.holdfast.training.Experiment;
import dev.holdfast.training.Exposures;
import dev.holdfast.training.HistorySource;
import dev.holdfast.training.Rehearsal;
import dev.holdfast.training.Replay;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Whether the company's own calls poison what the next model learns.
 *
 * <p>One population lives twice. In the first world nobody is ever called. In the second, a month
 * before each snapshot is labelled, a model that was trained before the first campaign scores
 * everybody, and of those above its threshold on the dearer plans a share is called at once while
 * the others are held out by lot; calls work strongly. Two models learn from the second world: one
 * takes what it sees for what would have been, the other knows who was called and lets those held
 * out stand in. Both then say how likely the customers of the first world are to leave, who were
 * never called: who learnt from customers that calls had kept expects too little.
 */
final class FeedbackStudy implements Study {

  private static final int SEEN_WITHIN = Integer.getInteger("s.idle", 14);
  private static final int CAMPAIGNS = Integer.getInteger("s.k", 3);
  private static final double THRESHOLD = Double.parseDouble(System.getProperty("s.thr", "0.01"));
  private static final double SHARE = Double.parseDouble(System.getProperty("s.share", "0.7"));
  private static final Scenario STRONG =
      Scenario.ordinary()
          .withHazardFactor(Double.parseDouble(System.getProperty("s.hf", "4")))
          .withCalls(CallSettings.ordinary().withEffect(Double.parseDouble(System.getProperty("s.eff", "3"))).withReach(1).withInducedUse(0));
  private static final boolean ALL = Boolean.getBoolean("s.all");
  private static final int ROUNDS = 400;

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
    List<Scored> naive = new ArrayList<>();
    List<Scored> weighted = new ArrayList<>();
    List<Scored> reference = new ArrayList<>();
    List<Scored> naiveT = new ArrayList<>();
    List<Scored> weightedT = new ArrayList<>();
    for (long seed : plan.seeds()) {
      progress.accept("feedback: a world of seed " + seed);
      Histories alone = new Histories(plan.customers());
      World.of(seed, plan.customers(), STRONG).advanceTo(World.END, alone);
      Rehearsal before =
          Rehearsal.of(experiment(campaign(CAMPAIGNS), 8, seed), alone, Exposures.none(), progress);
      Simulation simulation = World.of(seed, plan.customers(), STRONG);
      Histories called = new Histories(plan.customers());
      Map<Long, List<Exposures.Exposure>> ledger = new HashMap<>();
      Exposures exposures = customer -> ledger.getOrDefault(customer, List.of());
      for (int k = CAMPAIGNS; k >= 0; k--) {
        run(campaign(k), simulation, called, before, ledger, seed);
      }
      simulation.advanceTo(World.END, called);
      Experiment experiment = experiment(World.CUTOFF, CAMPAIGNS, seed);
      Rehearsal r1=Rehearsal.of(experiment, called, Exposures.none(), progress);
      Rehearsal r2=Rehearsal.of(experiment, called, exposures, progress);
      Rehearsal r3=Rehearsal.of(experiment, alone, Exposures.none(), progress);
      progress.accept("treated rows left out " + r2.treated());
      naive.addAll(distinct(seed, r1.judged(alone, World.CUTOFF, World.END)));
      weighted.addAll(distinct(seed, r2.judged(alone, World.CUTOFF, World.END)));
      reference.addAll(distinct(seed, r3.judged(alone, World.CUTOFF, World.END)));
      HistorySource t = c -> alone.forEach(x -> { if (listed(x, World.CUTOFF, before)) c.accept(x); });
      naiveT.addAll(distinct(seed, r1.judged(t, World.CUTOFF, World.END)));
      weightedT.addAll(distinct(seed, r2.judged(t, World.CUTOFF, World.END)));
    }
    return List.of(f("naive",naive), f("weighted", weighted), f("reference", reference), f("naive listed", naiveT), f("weighted listed", weightedT));
  }

  private Finding f(String what, List<Scored> s) {
    return Finding.told(name(), what, "", RankingStudy.rows(s), Calibration.of(s).observedToExpected()).with(Interval.bootstrap(s, ROUNDS, 1, Calibration::ratioOf));
  }

  private static List<Scored> distinct(long seed, List<Scored> l) {
    return l.stream().map(s -> new Scored((seed << 24) + s.customer(), s.probability(), s.churned(), s.weight())).toList();
  }

  private static Instant campaign(int k) {
    return k == 0 ? World.CUTOFF : World.CUTOFF.minus(Duration.ofDays(31 + 30L * (k - 1)));
  }

  private static boolean listed(CustomerHistory c, Instant at, Rehearsal before) {
    ActivityState state = new Replay(c.events()).at(at);
    return ChurnDefinition.silence(30, SEEN_WITHIN, 1).eligible(state, at) && before.risk(state, at) >= THRESHOLD;
  }

  private static void run(Instant at, Simulation simulation, Histories called, Rehearsal before, Map<Long, List<Exposures.Exposure>> ledger, long seed) {
    simulation.advanceTo(at.plusNanos(1), called);
    Instant decided = at.plus(Duration.ofMinutes(1));
    int n=0, m=0;
    for (SimulatedCustomer customer : simulation.population().customers()) {
      long id = Histories.idOf(customer.externalId());
      if (!ALL && customer.plan().equals("basic")) continue;
      CustomerHistory h = called.of(id);
      n++;
      if (!listed(h, at, before)) continue;
      m++;
      SplittableRandom lot = new SplittableRandom(seed * 1_000_003 + id * 31 + at.getEpochSecond());
      lot.nextLong();
      boolean treated = lot.nextDouble() < SHARE;
      ledger.computeIfAbsent(id, i -> new ArrayList<>()).add(new Exposures.Exposure(decided, treated, SHARE));
      if (treated) simulation.contact(customer.externalId(), decided);
    }
    System.err.println("campaign " + at + " of " + n + " listed " + m);
  }

  private static Experiment experiment(Instant cutoff, int count, long seed) {
    return World.experiment(SEEN_WITHIN, cutoff, count, seed);
  }
}
