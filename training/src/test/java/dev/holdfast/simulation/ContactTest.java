package dev.holdfast.simulation;

import static dev.holdfast.simulation.Lives.day;
import static dev.holdfast.simulation.Lives.events;
import static dev.holdfast.simulation.Lives.present;
import static dev.holdfast.simulation.Lives.truths;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What calls do to simulated customers, and what they do not. */
class ContactTest {

  private static final long SEED = 7;
  private static final Duration TWO_MONTHS = Duration.ofDays(60);
  private static final Instant CALLED_AT = day(120).plus(Duration.ofHours(10));

  /** Many leave, so that there is something to save. */
  private static final Scenario RESTLESS = Scenario.ordinary().withHazardFactor(4);

  @Test
  void callsThatNobodyCanMakeLeaveEveryEventAsItWas() {
    Scenario nobodyCalls = RESTLESS.withCalls(CallSettings.ordinary().withPerDay(0));
    List<Event> baseline = events(Lives.of(SEED, 300, RESTLESS), day(250));
    Simulation simulation = Lives.of(SEED, 300, nobodyCalls);
    List<Event> events = events(simulation, CALLED_AT);
    for (Truth each : present(simulation)) {
      assertThat(simulation.contact(each.externalId(), CALLED_AT))
          .isEqualTo(CallResult.NO_CAPACITY);
    }
    events.addAll(events(simulation, day(250)));

    assertThat(events).isEqualTo(baseline);
  }

  @Test
  void contactingOneCustomerLeavesAllOthersAsTheyWere() {
    List<Event> baseline = events(Lives.of(SEED, 300, RESTLESS), day(250));
    Simulation simulation = Lives.of(SEED, 300, RESTLESS);
    List<Event> events = events(simulation, CALLED_AT);
    String called = present(simulation).get(5).externalId();
    simulation.contact(called, CALLED_AT);
    events.addAll(events(simulation, day(250)));

    assertThat(events)
        .filteredOn(each -> !each.customer().equals(called))
        .isEqualTo(baseline.stream().filter(each -> !each.customer().equals(called)).toList());
    assertThat(events)
        .filteredOn(each -> each.name().equals("retention-call"))
        .singleElement()
        .satisfies(
            call -> {
              assertThat(call.kind()).isEqualTo(EventKind.OUTBOUND);
              assertThat(call.customer()).isEqualTo(called);
              assertThat(call.occurredAt()).isEqualTo(CALLED_AT);
              assertThat(call.properties()).containsOnlyKeys("reached");
            });
  }

  @Test
  void upToTheirLeavingTheCalledDoWhatTheyWouldHaveDone() {
    Simulation without = Lives.of(SEED, 400, RESTLESS);
    List<Event> baseline = events(without, day(250));
    Simulation with = Lives.of(SEED, 400, RESTLESS);
    List<Event> events = events(with, CALLED_AT);
    present(with).forEach(each -> with.contact(each.externalId(), CALLED_AT));
    events.addAll(events(with, day(250)));
    Map<String, Truth> called = truths(with);
    Map<String, Truth> uncalled = truths(without);
    long changed =
        called.keySet().stream()
            .filter(id -> !leftAt(called, id).equals(leftAt(uncalled, id)))
            .count();

    // Who overtook whom on the way depends on what came next; what happened does not.
    assertThat(whatHappened(events, called, uncalled))
        .isEqualTo(whatHappened(baseline, called, uncalled));
    assertThat(changed).isGreaterThan(30);
  }

  /** Everything but calls and what they induced, up to a minute before the earlier leaving. */
  private static List<String> whatHappened(
      List<Event> events, Map<String, Truth> called, Map<String, Truth> uncalled) {
    return events.stream()
        .filter(each -> !each.name().equals("retention-call"))
        .filter(each -> !each.properties().containsKey("induced"))
        .filter(
            each -> {
              Instant clock = each.occurredAt().plus(Duration.ofMinutes(3));
              return clock.isBefore(leftAt(called, each.customer()))
                  && clock.isBefore(leftAt(uncalled, each.customer()));
            })
        .map(
            each ->
                String.join(
                    "|",
                    each.id(),
                    each.name(),
                    each.occurredAt().toString(),
                    String.valueOf(each.amount()),
                    each.properties().toString()))
        .distinct()
        .sorted()
        .toList();
  }

  private static Instant leftAt(Map<String, Truth> truths, String customer) {
    Truth truth = truths.get(customer);
    // Nobody leaves after the end, and what is still on its way then is not compared.
    return truth == null || truth.leftAt() == null ? day(246) : truth.leftAt();
  }

  @Test
  void thePotentialOutcomesAreThoseOfTwoSimulations() {
    Simulation look = Lives.unseen(SEED, 400, RESTLESS);
    look.advanceTo(CALLED_AT);
    Map<String, PotentialOutcome> potential = new HashMap<>();
    for (Truth each : present(look)) {
      potential.put(each.externalId(), look.potentialOutcome(each.externalId(), TWO_MONTHS));
    }
    Simulation without = Lives.unseen(SEED, 400, RESTLESS);
    without.advanceTo(CALLED_AT.plus(TWO_MONTHS));
    Simulation with = Lives.unseen(SEED, 400, RESTLESS);
    with.advanceTo(CALLED_AT);
    Map<String, CallResult> results = new HashMap<>();
    potential.keySet().forEach(id -> results.put(id, with.contact(id, CALLED_AT)));
    with.advanceTo(CALLED_AT.plus(TWO_MONTHS));
    Map<String, Truth> uncalled = truths(without);
    Map<String, Truth> called = truths(with);

    assertThat(potential.values())
        .hasSizeGreaterThan(150)
        .allSatisfy(
            each -> {
              String id = each.externalId();
              assertThat(each.reached()).isEqualTo(results.get(id) == CallResult.REACHED);
              assertThat(uncalled)
                  .extractingByKey(id)
                  .extracting(Truth::leftAt)
                  .isEqualTo(each.leftIfNotCalled());
              assertThat(called)
                  .extractingByKey(id)
                  .extracting(Truth::leftAt)
                  .isEqualTo(each.leftIfCalled());
              Instant lastUse = lastUseAt(uncalled, id);
              // A last use after the horizon, on its last day, is not excluded.
              if (each.silentIfNotCalled() == lastUse.isAfter(CALLED_AT)) {
                assertThat(lastUse).isAfter(CALLED_AT.plus(TWO_MONTHS));
              }
            });
    assertThat(potential.values()).anyMatch(each -> each.effectOfCalling() == 1);
  }

  @Test
  void aCallNeverHurtsWhomItHelpsAndNeverHelpsWhomItHurts() {
    Simulation simulation = Lives.unseen(SEED, 2000, RESTLESS);
    simulation.advanceTo(CALLED_AT);
    int kept = 0;
    int drivenAway = 0;
    for (Truth each : present(simulation)) {
      PotentialOutcome outcome = simulation.potentialOutcome(each.externalId(), TWO_MONTHS);
      int effect = outcome.effectOfReaching();
      kept += effect > 0 ? 1 : 0;
      drivenAway += effect < 0 ? 1 : 0;

      assertThat(effect * Math.signum(each.callEffect())).isLessThanOrEqualTo(0);
      assertThat(outcome.effectOfCalling()).isEqualTo(outcome.reached() ? effect : 0);
    }
    System.out.printf("seed %d: %d kept, %d driven away%n", SEED, kept, drivenAway);
    assertThat(kept).isGreaterThan(50);
    assertThat(drivenAway).isGreaterThan(5);
  }

  @Test
  void callsDoNothingInAWorldWithoutEffect() {
    Scenario nullWorld = RESTLESS.withCalls(CallSettings.ordinary().withEffect(0));
    Simulation simulation = Lives.unseen(SEED, 300, nullWorld);
    simulation.advanceTo(CALLED_AT);

    assertThat(present(simulation))
        .hasSizeGreaterThan(100)
        .allSatisfy(
            each ->
                assertThat(
                        simulation
                            .potentialOutcome(each.externalId(), TWO_MONTHS)
                            .effectOfReaching())
                    .isZero());
  }

  @Test
  void whoIsGoneStaysGone() {
    Simulation simulation = Lives.unseen(SEED, 500, RESTLESS);
    simulation.advanceTo(CALLED_AT);
    List<Truth> gone = simulation.truth().stream().filter(each -> each.leftAt() != null).toList();

    assertThat(gone)
        .hasSizeGreaterThan(50)
        .allSatisfy(
            each -> {
              PotentialOutcome outcome = simulation.potentialOutcome(each.externalId(), TWO_MONTHS);
              assertThat(outcome.leftIfReached()).isEqualTo(each.leftAt());
              assertThat(outcome.silentIfReached()).isTrue();
              assertThat(outcome.effectOfReaching()).isZero();
            });
  }

  @Test
  void oneInFiveIsASleepingDogAndTheEffectFollowsWhatCanBeSeen() {
    List<Truth> truths = Lives.unseen(SEED, 5000, RESTLESS).truth();
    List<SimulatedCustomer> customers = Population.draw(SEED, 5000, Lives.FROM).customers();
    double dogs = truths.stream().filter(each -> each.callEffect() > 0).count() / 5000.0;
    Map<String, List<Double>> perPlan = new HashMap<>();
    for (int i = 0; i < customers.size(); i++) {
      perPlan
          .computeIfAbsent(customers.get(i).plan(), plan -> new ArrayList<>())
          .add(truths.get(i).callEffect());
    }
    System.out.printf("seed %d: sleeping dogs %.3f%n", SEED, dogs);

    assertThat(dogs).isBetween(0.17, 0.23);
    assertThat(mean(perPlan.get("family"))).isLessThan(mean(perPlan.get("plus")) - 0.4);
    assertThat(mean(perPlan.get("plus"))).isLessThan(mean(perPlan.get("basic")) - 0.6);
  }

  private static Instant lastUseAt(Map<String, Truth> truths, String customer) {
    Truth truth = truths.get(customer);
    return truth == null || truth.lastUseAt() == null ? Instant.MIN : truth.lastUseAt();
  }

  private static double mean(@Nullable List<Double> values) {
    return requireNonNull(values).stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  @Test
  void theEffectHalvesEveryFortyFiveDaysAndASecondCallRenewsIt() {
    Scenario alwaysReached = Scenario.ordinary().withCalls(CallSettings.ordinary().withReach(1));
    Simulation with = Lives.unseen(SEED, 200, alwaysReached);
    Simulation without = Lives.unseen(SEED, 200, alwaysReached);
    with.advanceTo(CALLED_AT);
    present(with).forEach(each -> with.contact(each.externalId(), CALLED_AT));

    assertEffect(with, without, day(122), 1, 1.0 / 45);
    assertEffect(with, without, day(122 + 45), 0.5, 1.0 / 45);
    assertEffect(with, without, day(122 + 90), 0.25, 1.0 / 45);

    Instant again = with.now();
    present(with).forEach(each -> with.contact(each.externalId(), again));
    assertEffect(with, without, day(122 + 90 + 2), 1, 2.0 / 45);
  }

  /** The logarithm of the hazard differs by this share of the effect, give or take a day. */
  private static void assertEffect(
      Simulation with, Simulation without, Instant at, double share, double tolerance) {
    with.advanceTo(at);
    without.advanceTo(at);
    Map<String, Truth> uncalled = truths(without);
    int compared = 0;
    for (Truth called : present(with)) {
      Truth other = uncalled.get(called.externalId());
      if (called.reached() > 0
          && other != null
          && other.leftAt() == null
          && other.hazardPerDay() > 0) {
        double difference = Math.log(called.hazardPerDay() / other.hazardPerDay());
        assertThat(difference / called.callEffect()).isCloseTo(share, within(share * tolerance));
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(80);
  }

  @Test
  void nothingChangesBeforeTheNextLocalDay() {
    Scenario alwaysReached = RESTLESS.withCalls(CallSettings.ordinary().withReach(1));
    Simulation simulation = Lives.unseen(SEED, 300, alwaysReached);
    simulation.advanceTo(CALLED_AT);
    Map<String, Truth> before = truths(simulation);
    present(simulation).forEach(each -> simulation.contact(each.externalId(), CALLED_AT));
    simulation.advanceTo(CALLED_AT.plusSeconds(3600));

    assertThat(present(simulation))
        .allSatisfy(
            each ->
                assertThat(before)
                    .extractingByKey(each.externalId())
                    .extracting(Truth::hazardPerDay)
                    .isEqualTo(each.hazardPerDay()));
  }

  @Test
  void sixInTenAreReachedAndSomeOfThemLookIn() {
    Simulation simulation = Lives.of(SEED, 4000, Scenario.ordinary());
    simulation.advanceTo(CALLED_AT);
    List<Truth> present = present(simulation);
    long reached =
        present.stream()
            .filter(each -> simulation.contact(each.externalId(), CALLED_AT) == CallResult.REACHED)
            .count();
    List<Event> after = events(simulation, CALLED_AT.plus(Duration.ofDays(3)));
    List<Event> visits =
        after.stream().filter(each -> each.properties().containsKey("induced")).toList();
    double calls = present.size();

    assertThat(reached / calls).isCloseTo(0.6, within(4 * Math.sqrt(0.24 / calls)));
    assertThat(visits.size() / (double) reached)
        .isCloseTo(0.2, within(4 * Math.sqrt(0.16 / reached)));
    assertThat(visits)
        .allSatisfy(
            each -> {
              assertThat(each.kind()).isEqualTo(EventKind.USAGE);
              assertThat(each.occurredAt())
                  .isBetween(CALLED_AT, CALLED_AT.plus(Duration.ofHours(48)));
            });
    assertThat(
            after.stream()
                .filter(each -> each.name().equals("retention-call"))
                .filter(each -> Boolean.TRUE.equals(each.properties().get("reached"))))
        .hasSize((int) reached);
  }

  @Test
  void aCallIsAnsweredWhateverCallsThereWereBefore() {
    Simulation calledTwice = Lives.unseen(SEED, 300, Scenario.ordinary());
    Simulation calledOnce = Lives.unseen(SEED, 300, Scenario.ordinary());
    calledTwice.advanceTo(CALLED_AT);
    calledOnce.advanceTo(CALLED_AT);
    Instant later = CALLED_AT.plus(Duration.ofDays(3));

    for (Truth each : present(calledOnce)) {
      calledTwice.contact(each.externalId(), CALLED_AT);
      assertThat(calledTwice.contact(each.externalId(), later))
          .isEqualTo(calledOnce.contact(each.externalId(), later));
    }
  }

  @Test
  void agentsMakeAsManyCallsADayAsTheyCan() {
    Scenario tenADay = Scenario.ordinary().withCalls(CallSettings.ordinary().withPerDay(10));
    Simulation simulation = Lives.of(SEED, 100, tenADay);
    simulation.advanceTo(CALLED_AT);
    List<Truth> present = present(simulation);

    assertThat(made(simulation, present, CALLED_AT)).isEqualTo(10);
    assertThat(made(simulation, present, CALLED_AT.plus(Duration.ofHours(13)))).isZero();
    assertThat(made(simulation, present, CALLED_AT.plus(Duration.ofHours(14)))).isEqualTo(10);
    assertThat(events(simulation, CALLED_AT.plus(Duration.ofDays(2))))
        .filteredOn(each -> each.name().equals("retention-call"))
        .hasSize(20);
    assertThat(simulation.truth().stream().mapToInt(Truth::calls).sum()).isEqualTo(20);
  }

  private static long made(Simulation simulation, List<Truth> customers, Instant at) {
    return customers.stream()
        .filter(each -> simulation.contact(each.externalId(), at) != CallResult.NO_CAPACITY)
        .count();
  }

  @Test
  void impossibleCallsAreRefused() {
    Simulation simulation = Lives.of(SEED, 50, Scenario.ordinary());
    simulation.advanceTo(day(20));
    String notYet =
        simulation.truth().stream()
            .filter(each -> each.joinedAt().isAfter(day(30)))
            .findFirst()
            .orElseThrow()
            .externalId();

    assertThatThrownBy(() -> simulation.contact("sim:999999", day(20)))
        .hasMessageContaining("no customer sim:999999");
    assertThatThrownBy(() -> simulation.contact("sim:000001", day(19)))
        .hasMessageContaining("stands at " + day(20));
    assertThatThrownBy(() -> simulation.contact(notYet, day(21)))
        .hasMessageContaining("no customer yet");
    assertThatThrownBy(() -> simulation.potentialOutcome("sim:000001", Duration.ZERO))
        .hasMessageContaining("horizon");
    assertThatThrownBy(() -> CallSettings.ordinary().withReach(1.1))
        .hasMessageContaining("reach must be in [0, 1]");
    assertThatThrownBy(() -> CallSettings.ordinary().withEffect(-1)).hasMessageContaining("-1");
    assertThatThrownBy(() -> CallSettings.ordinary().withPerDay(-1)).hasMessageContaining("-1");
  }
}
