package dev.holdfast.simulation;

import static dev.holdfast.simulation.Lives.day;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.holdfast.evaluation.Auc;
import dev.holdfast.event.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** The oracle's probabilities come true as often as they say. */
class OracleTest {

  private static final Duration MONTH = Duration.ofDays(30);

  /** How far chance may carry a count from what is expected, in standard deviations. */
  private static final double DEVIATIONS = 3.5;

  private static final int FUTURES = 25;

  /** A true risk and what became of the customer. */
  private record Told(TrueRisk risk, PotentialOutcome outcome) {}

  @Test
  void silenceAndLeavingComeTrueAsOftenAsTold() {
    List<Told> told = new ArrayList<>();
    for (long seed = 0; seed < 2; seed++) {
      Simulation simulation = Lives.unseen(seed, 2500, Scenario.ordinary().withHazardFactor(2));
      simulation.advanceTo(day(200).plus(Duration.ofHours(7 * seed)));
      told.addAll(tell(simulation, Duration.ofDays(21)));
    }

    assertCalibrated("silence", told, TrueRisk::silence, OracleTest::silent);
    assertCalibrated("silence to observer", told, TrueRisk::silenceToObserver, OracleTest::silent);
    assertCalibrated("leaving", told, TrueRisk::leaving, OracleTest::left);
    assertCalibrated("leaving to observer", told, TrueRisk::leavingToObserver, OracleTest::left);
    assertCalibrated(
        "silence if reached",
        told.stream().filter(each -> !each.risk().gone()).toList(),
        TrueRisk::silenceIfReached,
        each -> each.outcome().silentIfReached() ? 1 : 0);
  }

  @Test
  void theObserverSuspectsAsManyAsAreGone() {
    List<Told> told = new ArrayList<>();
    for (long seed = 40; seed < 46; seed++) {
      Simulation simulation = Lives.unseen(seed, 4000, Scenario.ordinary().withHazardFactor(2));
      simulation.advanceTo(day(100).plus(Duration.ofHours(5 * seed)));
      Duration oneDay = Duration.ofDays(1);
      PotentialOutcome any = simulation.potentialOutcome("sim:000000", oneDay);
      for (TrueRisk risk : Oracle.of(simulation, 1, 1).risks(oneDay)) {
        told.add(new Told(risk, any));
      }
    }

    ToDoubleFunction<Told> gone = each -> each.risk().gone() ? 1 : 0;
    assertCalibrated("perhaps gone", told, TrueRisk::perhapsGone, gone);
    // Forgetting that one in seven leavers says so would be 2.3 standard deviations.
    assertWithin("perhaps gone, narrowly", told, TrueRisk::perhapsGone, gone, 2);
  }

  @Test
  void itKnowsCallsMadeAndWhatTheScenarioHoldsInStore() {
    Instant now = day(150).plus(Duration.ofHours(5));
    Scenario scenario =
        Scenario.ordinary()
            .withHazardFactor(2)
            .with(new PriceIncrease(day(155), Segment.ALL, 9, 3, Duration.ofDays(20)))
            .with(new Outage(Segment.ALL, day(152), Duration.ofDays(12), 0.5))
            .with(new CompetitorShock(day(100), 1.3, 0.7));
    List<Told> told = new ArrayList<>();
    for (long seed = 20; seed < 21; seed++) {
      Simulation simulation = Lives.unseen(seed, 2500, scenario);
      simulation.advanceTo(day(140));
      for (Truth each : Lives.present(simulation)) {
        simulation.contact(each.externalId(), day(140));
      }
      simulation.advanceTo(now);
      told.addAll(tell(simulation, Duration.ofDays(21)));
    }

    assertCalibrated("silence", told, TrueRisk::silence, OracleTest::silent);
    assertCalibrated("silence to observer", told, TrueRisk::silenceToObserver, OracleTest::silent);
    assertCalibrated("leaving", told, TrueRisk::leaving, OracleTest::left);
  }

  @Test
  void theTrueEffectIsTheMeanOfTheIndividualOnes() {
    Simulation simulation = Lives.unseen(3, 5000, Scenario.ordinary().withHazardFactor(4));
    simulation.advanceTo(day(100));
    List<Told> told =
        tell(simulation, Duration.ofDays(60)).stream()
            .filter(each -> !each.risk().gone())
            .sorted(Comparator.comparingDouble(each -> each.risk().effectOfReaching()))
            .toList();
    int n = told.size();

    double harmed = assertEffect("harmed", told.subList(0, n / 5));
    double middle = assertEffect("middle", told.subList(n / 5, 4 * n / 5));
    double helped = assertEffect("helped", told.subList(4 * n / 5, n));
    assertThat(harmed).isLessThan(0);
    assertThat(middle).isBetween(0.0, helped);
    assertThat(helped).isGreaterThan(0.05);
  }

  /** An individual effect is 1 or -1 at most as often as somebody leaves; returns the mean told. */
  private static double assertEffect(String who, List<Told> told) {
    double mean =
        told.stream().mapToDouble(each -> each.risk().effectOfReaching()).average().orElse(0);
    double realised =
        told.stream().mapToDouble(each -> each.outcome().effectOfReaching()).average().orElse(0);
    // Effects are monotone, so an individual one differs from 0 with probability |true effect|.
    double variance =
        told.stream()
            .mapToDouble(each -> Math.abs(each.risk().effectOfReaching()))
            .map(p -> p * (1 - p))
            .sum();
    double error = Math.sqrt(variance) / told.size();
    System.out.printf(
        "%s: %d customers, true effect %.4f, realised %.4f (%.4f)%n",
        who, told.size(), mean, realised, error);
    assertThat(realised).isCloseTo(mean, within(DEVIATIONS * error));
    return mean;
  }

  @Test
  void whoKnowsMoreRanksBetter() {
    Simulation simulation = Lives.unseen(5, 3000, Scenario.ordinary());
    simulation.advanceTo(day(250));
    List<Told> told = tell(simulation, MONTH);
    boolean[] silent = new boolean[told.size()];
    double[] hidden = new double[told.size()];
    double[] observer = new double[told.size()];
    for (int i = 0; i < silent.length; i++) {
      silent[i] = told.get(i).outcome().silentIfNotCalled();
      hidden[i] = told.get(i).risk().silence();
      observer[i] = told.get(i).risk().silenceToObserver();
    }
    System.out.printf(
        "AUC of the oracle %.4f, of the observer %.4f%n",
        Auc.of(hidden, silent), Auc.of(observer, silent));

    assertThat(Auc.of(hidden, silent)).isGreaterThan(Auc.of(observer, silent));
    assertThat(Auc.of(observer, silent)).isGreaterThan(0.95);
  }

  @Test
  void askingChangesNothing() {
    Simulation asked = Lives.of(9, 200, Scenario.ordinary());
    Simulation left = Lives.of(9, 200, Scenario.ordinary());
    asked.advanceTo(day(100));
    left.advanceTo(day(100));
    List<TrueRisk> once = Oracle.of(asked, FUTURES, 1).risks(MONTH);
    List<TrueRisk> again = Oracle.of(asked, FUTURES, 1).risks(MONTH);
    List<Event> events = Lives.events(asked, day(160));

    assertThat(again).isEqualTo(once);
    assertThat(events).isEqualTo(Lives.events(left, day(160)));
    assertThat(asked.truth()).isEqualTo(left.truth());
  }

  @Test
  void theErrorOverFuturesIsAsSmallAsSaid() {
    Simulation simulation = Lives.unseen(13, 60, Scenario.ordinary());
    simulation.advanceTo(day(200));
    for (int days : new int[] {14, 30, 60}) {
      Duration horizon = Duration.ofDays(days);
      List<List<TrueRisk>> repeats = new ArrayList<>();
      for (int seed = 0; seed < 6; seed++) {
        repeats.add(Oracle.of(simulation, Oracle.FUTURES, seed).risks(horizon));
      }
      double silence = ninthDecile(repeats, TrueRisk::silenceIfThere);
      double leaving = ninthDecile(repeats, TrueRisk::leavingIfThere);
      System.out.printf(
          "%d days: standard error in nine of ten below %.4f (silence), %.4f (leaving)%n",
          days, silence, leaving);

      assertThat(silence).isLessThan(0.005);
      assertThat(leaving).isLessThan(0.005);
    }
  }

  /** The standard deviation over repeats that one customer in ten exceeds. */
  private static double ninthDecile(
      List<List<TrueRisk>> repeats, ToDoubleFunction<TrueRisk> probability) {
    int customers = repeats.get(0).size();
    double[] deviations = new double[customers];
    for (int i = 0; i < customers; i++) {
      int customer = i;
      double[] values =
          repeats.stream()
              .mapToDouble(each -> probability.applyAsDouble(each.get(customer)))
              .toArray();
      double mean = Arrays.stream(values).average().orElse(0);
      double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
      deviations[i] = Math.sqrt(squares / (values.length - 1));
    }
    Arrays.sort(deviations);
    return deviations[(int) (0.9 * customers)];
  }

  @Test
  void itTellsOfTheCompanysCustomersOnly() {
    Simulation simulation = Lives.unseen(17, 400, Scenario.ordinary().withHazardFactor(4));
    simulation.advanceTo(day(100));
    Oracle oracle = Oracle.of(simulation, FUTURES, 1);
    List<TrueRisk> risks = oracle.risks(MONTH);
    List<String> expected =
        simulation.truth().stream()
            .filter(each -> each.joinedAt().isBefore(day(100)) && !each.cancelled())
            .map(Truth::externalId)
            .toList();
    String notYet = first(simulation, each -> each.joinedAt().isAfter(day(100)));
    String cancelled = first(simulation, Truth::cancelled);

    assertThat(risks).extracting(TrueRisk::externalId).isEqualTo(expected);
    assertThat(oracle.risk(expected.get(7), MONTH)).isEqualTo(risks.get(7));
    assertThat(risks)
        .allSatisfy(
            each -> {
              assertThat(each.perhapsGone()).isBetween(0.0, 1.0);
              assertThat(each.silenceIfThere()).isBetween(0.0, 1.0);
              assertThat(each.leavingIfReached()).isBetween(0.0, 1.0);
            });
    assertThatThrownBy(() -> oracle.risk(notYet, MONTH)).hasMessageContaining("no customer yet");
    assertThatThrownBy(() -> oracle.risk(cancelled, MONTH)).hasMessageContaining("has cancelled");
    assertThatThrownBy(() -> oracle.risks(Duration.ZERO)).hasMessageContaining("horizon");
    assertThatThrownBy(() -> Oracle.of(simulation, 0, 1)).hasMessageContaining("at least 1");
  }

  private static String first(Simulation simulation, Predicate<Truth> condition) {
    return simulation.truth().stream().filter(condition).findFirst().orElseThrow().externalId();
  }

  private static List<Told> tell(Simulation simulation, Duration horizon) {
    List<Told> told = new ArrayList<>();
    for (TrueRisk risk : Oracle.of(simulation, FUTURES, 1).risks(horizon)) {
      told.add(new Told(risk, simulation.potentialOutcome(risk.externalId(), horizon)));
    }
    return told;
  }

  private static double silent(Told told) {
    return told.outcome().silentIfNotCalled() ? 1 : 0;
  }

  private static double left(Told told) {
    return told.outcome().leftIfNotCalled() == null ? 0 : 1;
  }

  /** Observed against expected, in all and in each fifth by probability. */
  private static void assertCalibrated(
      String what,
      List<Told> told,
      ToDoubleFunction<TrueRisk> probability,
      ToDoubleFunction<Told> outcome) {
    List<Told> sorted =
        told.stream()
            .sorted(Comparator.comparingDouble(each -> probability.applyAsDouble(each.risk())))
            .toList();
    int n = sorted.size();
    assertWithin(what, sorted, probability, outcome, DEVIATIONS);
    for (int fifth = 0; fifth < 5; fifth++) {
      assertWithin(
          what + ", fifth " + (fifth + 1),
          sorted.subList(n * fifth / 5, n * (fifth + 1) / 5),
          probability,
          outcome,
          DEVIATIONS);
    }
  }

  private static void assertWithin(
      String what,
      List<Told> told,
      ToDoubleFunction<TrueRisk> probability,
      ToDoubleFunction<Told> outcome,
      double deviations) {
    double expected = 0;
    double variance = 0;
    double observed = 0;
    for (Told each : told) {
      double p = probability.applyAsDouble(each.risk());
      expected += p;
      variance += p * (1 - p);
      observed += outcome.applyAsDouble(each);
    }
    System.out.printf(
        "%s: observed %.0f, expected %.1f, sd %.1f%n",
        what, observed, expected, Math.sqrt(variance));
    // One more for the first fifths, where next to nothing is expected.
    assertThat(observed).as(what).isCloseTo(expected, within(deviations * Math.sqrt(variance) + 1));
  }
}
