package dev.holdfast.simulation.study;

import dev.holdfast.evaluation.Auc;
import dev.holdfast.evaluation.Calibration;
import dev.holdfast.evaluation.Interval;
import dev.holdfast.evaluation.Loss;
import dev.holdfast.evaluation.PairedDifference;
import dev.holdfast.evaluation.Scored;
import dev.holdfast.simulation.IdealReader;
import dev.holdfast.simulation.Oracle;
import dev.holdfast.simulation.Scenario;
import dev.holdfast.simulation.Simulation;
import dev.holdfast.simulation.TrueRisk;
import dev.holdfast.training.Exposures;
import dev.holdfast.training.Rehearsal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * How near the model comes to what can be known, and how far it is above rules that need no model.
 *
 * <p>One model for each seed, tested on what followed its cut-off. Its AUC is compared with the
 * oracle's on the same rows, and with that of the best reader of events, who knows how the world is
 * made but not what is hidden: no model can be nearer to the oracle than the reader, but by luck.
 * Its log-loss and AUC with each rule's, paired; calibration is measured on the test rows of all
 * seeds together, each scored by the model of its own world.
 */
final class RankingStudy implements Study {

  private static final int FUTURES = 60;
  private static final int PARTICLES = 100;
  private static final int ROUNDS = 400;
  // A customer who has left and said so, of which the company has not heard yet.
  private static final double SURELY = 1 - 1e-9;

  private final String name;
  private final Instant cutoff;

  /**
   * The study at a cut-off.
   *
   * @param name of the study
   */
  RankingStudy(String name, Instant cutoff) {
    this.name = name;
    this.cutoff = cutoff;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String question() {
    return "At the cut-off of "
        + cutoff.toString().substring(0, 10)
        + ", of those seen in the last 30 days, who is not seen in the next 30: does the model come"
        + " near the oracle, beat every rule, and say probabilities that come true?";
  }

  @Override
  public List<Finding> run(Plan plan, Consumer<String> progress) {
    List<Finding> findings = new ArrayList<>();
    List<Scored> pooled = new ArrayList<>();
    for (long seed : plan.seeds()) {
      progress.accept(name + ": a world of seed " + seed);
      Simulation simulation = World.before(cutoff, seed, plan.customers(), Scenario.ordinary());
      Histories histories = new Histories(plan.customers());
      simulation.advanceTo(cutoff, histories);
      Map<Long, TrueRisk> truth = new HashMap<>();
      for (TrueRisk risk : Oracle.of(simulation, FUTURES, 1).risks(World.HORIZON)) {
        truth.put(Histories.idOf(risk.externalId()), risk);
      }
      simulation.advanceTo(World.endOf(cutoff), histories);
      Rehearsal rehearsal =
          Rehearsal.of(
              World.experiment(30, cutoff, 8, World.BOTH, seed),
              histories,
              Exposures.none(),
              progress);
      progress.accept(name + ": reading the same events");
      findings.addAll(ofOne(seed, rehearsal, truth, reader(plan, seed)));
      pooled.addAll(FeedbackStudy.ofWorld(seed, rehearsal.chosen().scored()));
    }
    findings.addAll(calibration(plan, pooled));
    return findings;
  }

  /** The same world once more, at the cut-off. */
  private IdealReader reader(Plan plan, long seed) {
    Simulation simulation =
        Simulation.withoutEvents(
            World.population(cutoff, seed, plan.customers()), Scenario.ordinary());
    simulation.advanceTo(cutoff);
    return IdealReader.of(simulation, PARTICLES, seed);
  }

  private List<Finding> ofOne(
      long seed, Rehearsal rehearsal, Map<Long, TrueRisk> truth, IdealReader reader) {
    List<Scored> model = rehearsal.chosen().scored();
    String seeds = Long.toString(seed);
    String n = rows(model);
    List<Scored> observer = new ArrayList<>();
    List<Scored> allKnowing = new ArrayList<>();
    List<Scored> read = new ArrayList<>();
    for (Scored row : model) {
      TrueRisk risk = truth.get(row.customer());
      observer.add(row(row, risk == null ? SURELY : risk.silenceToObserver()));
      allKnowing.add(row(row, risk == null ? SURELY : risk.silence()));
      read.add(row(row, risk == null ? SURELY : reader.silence(risk.externalId(), World.HORIZON)));
    }
    PairedDifference toReader = PairedDifference.of(model, read, ROUNDS, seed);
    PairedDifference readerToOracle = PairedDifference.of(read, observer, ROUNDS, seed);
    PairedDifference toOracle = PairedDifference.of(model, observer, ROUNDS, seed);
    List<Finding> findings = new ArrayList<>();
    findings.add(
        Finding.told(name(), "AUC of the model", seeds, n, Auc.of(model))
            .with(Interval.bootstrap(model, ROUNDS, seed, Auc::of)));
    findings.add(
        Finding.told(name(), "AUC of the oracle that observes", seeds, n, Auc.of(observer)));
    findings.add(
        Finding.told(
            name(), "AUC of the oracle that knows who is gone", seeds, n, Auc.of(allKnowing)));
    findings.add(
        Finding.told(name(), "AUC, model less observing oracle", seeds, n, toOracle.auc().value())
            .with(toOracle.auc())
            .atLeast(-0.03));
    findings.add(Finding.told(name(), "AUC of the best reader of events", seeds, n, Auc.of(read)));
    findings.add(
        Finding.told(
                name(),
                "AUC, best reader of events less observing oracle",
                seeds,
                n,
                readerToOracle.auc().value())
            .with(readerToOracle.auc()));
    findings.add(
        Finding.told(
                name(), "AUC, model less best reader of events", seeds, n, toReader.auc().value())
            .with(toReader.auc()));
    double bestRule = 0;
    for (Rehearsal.Scoring rival : rehearsal.rivals()) {
      bestRule = Math.max(bestRule, Auc.of(rival.scored()));
      PairedDifference against = PairedDifference.of(model, rival.scored(), ROUNDS, seed);
      double logLoss = against.logLoss().value();
      findings.add(
          Finding.told(name(), "log-loss, model less " + rival.name(), seeds, n, logLoss)
              .with(against.logLoss())
              .below(0));
    }
    for (Rehearsal.Scoring rival : rehearsal.rivals()) {
      if (Auc.of(rival.scored()) == bestRule) {
        PairedDifference against = PairedDifference.of(model, rival.scored(), ROUNDS, seed);
        double auc = against.auc().value();
        findings.add(
            Finding.told(name(), "AUC, model less best rule, " + rival.name(), seeds, n, auc)
                .with(against.auc())
                .atLeast(0.01));
        break;
      }
    }
    double expected = observer.stream().mapToDouble(Scored::probability).sum();
    findings.add(
        Finding.told(
            name(),
            "observed over what the observing oracle expects",
            seeds,
            n,
            model.stream().filter(Scored::churned).count() / expected));
    findings.add(
        Finding.told(
            name(),
            "observed over what the best reader of events expects",
            seeds,
            n,
            model.stream().filter(Scored::churned).count()
                / read.stream().mapToDouble(Scored::probability).sum()));
    findings.add(Finding.told(name(), "log-loss of the best reader", seeds, n, Loss.log(read)));
    findings.add(
        Finding.told(name(), "log-loss of the observing oracle", seeds, n, Loss.log(observer)));
    findings.add(Finding.told(name(), "log-loss of the model", seeds, n, Loss.log(model)));
    findings.add(
        Finding.told(
            name(),
            "rules of the gate that do not hold",
            seeds,
            n,
            rehearsal.gate().rules().stream().filter(rule -> !rule.holds()).count()));
    return findings;
  }

  private List<Finding> calibration(Plan plan, List<Scored> pooled) {
    String seeds = String.join(", ", plan.seeds().stream().map(String::valueOf).toList());
    Calibration calibration = Calibration.of(pooled);
    String n = rows(pooled);
    long seed = plan.seeds().get(0);
    return List.of(
        Finding.told(name(), "rows of the test snapshots", seeds, n, pooled.size()).atLeast(20_000),
        Finding.told(name(), "calibration slope", seeds, n, calibration.slope())
            .with(Interval.bootstrap(pooled, ROUNDS, seed, Calibration::slopeOf))
            .within(0.9, 1.1),
        Finding.told(name(), "observed over expected", seeds, n, calibration.observedToExpected())
            .with(Interval.bootstrap(pooled, ROUNDS, seed, Calibration::ratioOf))
            .within(0.95, 1.05),
        Finding.told(
                name(), "expected calibration error, ten groups", seeds, n, calibration.error10())
            .atMost(0.02));
  }

  private static Scored row(Scored row, double probability) {
    return new Scored(
        row.customer(),
        Math.min(SURELY, Math.max(1 - SURELY, probability)),
        row.churned(),
        row.weight());
  }

  /** Rows and how many of them churned. */
  static String rows(List<Scored> scored) {
    return String.format(
        Locale.ROOT,
        "%,d rows, %,d churned",
        scored.size(),
        scored.stream().filter(Scored::churned).count());
  }
}
