package dev.holdfast.simulation;

import static dev.holdfast.simulation.Lives.day;
import static dev.holdfast.simulation.Lives.events;
import static dev.holdfast.simulation.Lives.present;
import static dev.holdfast.simulation.Lives.truths;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What happens to a population from outside. */
class ScenarioTest {

  private static final long SEED = 11;
  private static final Segment LEEDS = Segment.ofRegion("Leeds");

  @Test
  void anOutageSilencesItsShareOfItsSegmentAndNobodyElse() {
    Outage outage = new Outage(LEEDS, day(100).plus(Duration.ofHours(15)), Duration.ofDays(5), 0.3);
    Simulation calm = Lives.of(SEED, 3000, Scenario.ordinary());
    Simulation struck = Lives.of(SEED, 3000, Scenario.ordinary().with(outage));
    List<Event> baseline = events(calm, day(150));
    List<Event> events = events(struck, day(150));
    Set<String> leeds =
        struck.population().customers().stream()
            .filter(LEEDS::contains)
            .map(SimulatedCustomer::externalId)
            .collect(Collectors.toSet());
    Set<String> hit =
        struck.truth().stream()
            .filter(each -> each.outages() == 1)
            .map(Truth::externalId)
            .collect(Collectors.toSet());
    int usesOfTheHit = usesWithin(outage, baseline, hit);

    assertThat(leeds).containsAll(hit);
    assertThat(hit.size() / (double) leeds.size())
        .isCloseTo(0.3, within(4 * Math.sqrt(0.21 / leeds.size())));
    assertThat(usesOfTheHit).isGreaterThan(30);
    assertThat(usesWithin(outage, events, hit)).isZero();
    assertThat(events)
        .filteredOn(each -> !hit.contains(each.customer()))
        .isEqualTo(baseline.stream().filter(each -> !hit.contains(each.customer())).toList());
    // What they would have done comes later: about as much is done in all.
    assertThat(usesOf(events, hit)).isLessThan(usesOf(baseline, hit));
    assertThat(usesOf(events, hit)).isGreaterThan(usesOf(baseline, hit) - 2 * usesOfTheHit);
  }

  @Test
  void nobodyLeavesBecauseOfAnOutage() {
    Outage outage = new Outage(Segment.ALL, day(100), Duration.ofDays(30), 1);
    Simulation calm = Lives.unseen(SEED, 2000, Scenario.ordinary());
    Simulation struck = Lives.unseen(SEED, 2000, Scenario.ordinary().with(outage));
    calm.advanceTo(day(200));
    struck.advanceTo(day(200));
    Map<String, Truth> calmly = truths(calm);

    assertThat(struck.truth())
        .allSatisfy(
            each -> {
              Truth other = calmly.getOrDefault(each.externalId(), each);
              assertThat(each.leftAt()).isEqualTo(other.leftAt());
              assertThat(each.satisfaction()).isEqualTo(other.satisfaction());
              assertThat(each.hazardPerDay()).isEqualTo(other.hazardPerDay());
              assertThat(each.outages()).isEqualTo(1);
            });
  }

  private static int usesWithin(Outage outage, List<Event> events, Set<String> customers) {
    // The clocks of devices are off by up to two minutes.
    Instant from = outage.from().plus(Duration.ofMinutes(2));
    Instant until = outage.until().minus(Duration.ofMinutes(2));
    return (int)
        events.stream()
            .filter(each -> customers.contains(each.customer()) && each.kind().isUse())
            .filter(each -> each.occurredAt().isAfter(from) && each.occurredAt().isBefore(until))
            .count();
  }

  private static int usesOf(List<Event> events, Set<String> customers) {
    return (int)
        events.stream()
            .filter(each -> customers.contains(each.customer()) && each.kind().isUse())
            .count();
  }

  @Test
  void aPriceIncreaseRaisesTheHazardOfItsSegmentFromItsInstantAndFades() {
    Segment basic = Segment.ofPlan("basic");
    PriceIncrease increase = new PriceIncrease(day(100), basic, 8, 3, Duration.ofDays(30));
    Scenario dearer = Scenario.ordinary().with(increase);
    Simulation before = Lives.unseen(SEED, 500, Scenario.ordinary());
    Simulation after = Lives.unseen(SEED, 500, dearer);
    Set<String> concerned =
        after.population().customers().stream()
            .filter(each -> basic.contains(each) && each.joinedAt().isBefore(day(100)))
            .map(SimulatedCustomer::externalId)
            .collect(Collectors.toSet());

    // In Shanghai a day has begun by then, in London none: the increase works from the next on.
    assertRatios(before, after, day(100).minusSeconds(1), concerned, 1, 0);
    assertRatios(before, after, day(101), concerned, 3, 0);
    assertRatios(before, after, day(101 + 30), concerned, Math.sqrt(3), 0.03);
  }

  @Test
  void whoIsThereIsToldOnceOfAPriceIncrease() {
    PriceIncrease increase = new PriceIncrease(day(100), Segment.ALL, 8, 20, Duration.ofDays(60));
    Simulation calm = Lives.unseen(SEED, 1500, Scenario.ordinary());
    Simulation simulation = Lives.of(SEED, 1500, Scenario.ordinary().with(increase));
    List<Event> events = events(simulation, day(140));
    calm.advanceTo(day(140));
    Map<String, Truth> truths = truths(simulation);
    Map<String, Integer> told = new HashMap<>();
    for (Event each : events) {
      if (each.kind() == EventKind.CONTRACT) {
        assertThat(each.name()).isEqualTo("price-increased");
        assertThat(each.properties()).containsEntry("percent", 8.0);
        told.merge(each.id(), 1, Integer::sum);
      }
    }
    Set<String> there = new HashSet<>();
    for (Truth each : truths.values()) {
      boolean joined = each.joinedAt().isBefore(day(100));
      if (joined && (each.leftAt() == null || each.leftAt().isAfter(day(101)))) {
        there.add(each.externalId());
      }
    }
    long leftCalmly = calm.truth().stream().filter(ScenarioTest::leftAfterDay100).count();
    long left = simulation.truth().stream().filter(ScenarioTest::leftAfterDay100).count();

    // Those who left on that very day may have been told.
    assertThat(told.size()).isBetween(there.size(), there.size() + 15);
    assertThat(left).isGreaterThan(5 * leftCalmly);
  }

  private static boolean leftAfterDay100(Truth truth) {
    return truth.leftAt() != null && truth.leftAt().isAfter(day(100));
  }

  @Test
  void aCompetitorChangesWhatMakesCustomersLeave() {
    CompetitorShock shock = new CompetitorShock(day(100), 2, 0.25);
    Simulation before = Lives.unseen(SEED, 500, Scenario.ordinary());
    Simulation after = Lives.unseen(SEED, 500, Scenario.ordinary().with(shock));

    assertRatios(before, after, day(100).minusSeconds(1), Set.of(), 1, 0);
    for (Instant later : List.of(day(101), day(200))) {
      before.advanceTo(later);
      after.advanceTo(later);
      Map<String, Truth> others = truths(before);
      int compared = 0;
      for (Truth each : present(after)) {
        Truth other = others.get(each.externalId());
        if (other != null && other.leftAt() == null && each.hazardPerDay() > 0) {
          double expected = 2 * Math.exp(1.2 * 0.75 * each.satisfaction());
          assertThat(each.hazardPerDay() / other.hazardPerDay())
              .isCloseTo(expected, within(1e-9 * expected));
          compared++;
        }
      }
      assertThat(compared).isGreaterThan(200);
    }
  }

  /** Hazards after relative to before: {@code ratio} for the concerned, 1 for all others. */
  private static void assertRatios(
      Simulation before,
      Simulation after,
      Instant at,
      Set<String> concerned,
      double ratio,
      double tolerance) {
    before.advanceTo(at);
    after.advanceTo(at);
    Map<String, Truth> others = truths(before);
    int compared = 0;
    for (Truth each : present(after)) {
      Truth other = others.get(each.externalId());
      if (other != null && other.leftAt() == null && each.hazardPerDay() > 0) {
        double expected = concerned.contains(each.externalId()) ? ratio : 1;
        assertThat(each.hazardPerDay() / other.hazardPerDay())
            .isCloseTo(expected, within(1e-9 + tolerance));
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(200);
  }

  @Test
  void theHazardFactorAppliesToEverybody() {
    Simulation once = Lives.unseen(SEED, 2000, Scenario.ordinary());
    Simulation thrice = Lives.unseen(SEED, 2000, Scenario.ordinary().withHazardFactor(3));
    once.advanceTo(day(100));
    thrice.advanceTo(day(100));
    double left = once.truth().stream().filter(each -> each.leftAt() != null).count();
    double leftThrice = thrice.truth().stream().filter(each -> each.leftAt() != null).count();

    assertThat(leftThrice / left).isBetween(2.3, 3.2);
    assertThat(thrice.truth().stream().map(ScenarioTest::leftOrNever).toList())
        .as("nobody stays longer")
        .satisfies(
            each -> {
              List<Instant> others = once.truth().stream().map(ScenarioTest::leftOrNever).toList();
              for (int i = 0; i < others.size(); i++) {
                assertThat(each.get(i)).isBeforeOrEqualTo(others.get(i));
              }
            });
  }

  private static Instant leftOrNever(Truth truth) {
    @Nullable Instant left = truth.leftAt();
    return left == null ? Instant.MAX : left;
  }

  @Test
  void aClockThatIsOffShiftsWhatIsStampedAndNothingElse() {
    Duration behind = Duration.ofMinutes(-45);
    List<Event> right = events(Lives.of(SEED, 100, Scenario.ordinary()), day(60));
    List<Event> off =
        events(Lives.of(SEED, 100, Scenario.ordinary().withClockOff(behind)), day(60));

    assertThat(off).hasSameSizeAs(right);
    for (int i = 0; i < right.size(); i++) {
      assertThat(off.get(i).id()).isEqualTo(right.get(i).id());
      assertThat(off.get(i).availableAt()).isEqualTo(right.get(i).availableAt());
      assertThat(off.get(i).occurredAt()).isEqualTo(right.get(i).occurredAt().plus(behind));
    }
  }

  @Test
  void nobodyToldMeansNothingButUntold() {
    Scenario eventful =
        Scenario.ordinary()
            .with(new Outage(LEEDS, day(50), Duration.ofHours(30), 0.5))
            .with(new PriceIncrease(day(70), Segment.ALL, 5, 2, Duration.ofDays(60)));
    Simulation told = Lives.of(SEED, 400, eventful);
    Simulation untold = Lives.unseen(SEED, 400, eventful);
    told.advanceTo(day(130));
    untold.advanceTo(day(130));
    for (Truth each : present(told)) {
      assertThat(untold.contact(each.externalId(), day(131)))
          .isEqualTo(told.contact(each.externalId(), day(131)));
    }
    told.advanceTo(day(220));

    assertThat(events(untold, day(220))).isEmpty();
    assertThat(untold.truth()).isEqualTo(told.truth());
  }

  @Test
  void whatHappensFromOutsideIsWrittenInOrderOfTime() throws IOException {
    Scenario scenario =
        Scenario.ordinary()
            .with(new Outage(LEEDS, day(50), Duration.ofDays(2), 0.5))
            .with(new CompetitorShock(day(90), 1.5, 0.5))
            .with(new PriceIncrease(day(10), Segment.ofPlan("plus"), 5, 2, Duration.ofDays(60)));
    StringBuilder out = new StringBuilder();

    scenario.write(out);

    assertThat(out.toString())
        .isEqualTo(
            """
            what,from,until,segment,size
            price-increase,2025-01-11T00:00:00Z,,*/plus,2.0
            outage,2025-02-20T00:00:00Z,2025-02-22T00:00:00Z,Leeds/*,0.5
            competitor-shock,2025-04-01T00:00:00Z,,*/*,1.5
            """);
  }

  @Test
  void impossibleScenariosAreRefused() {
    assertThatThrownBy(() -> Scenario.ordinary().withHazardFactor(0)).hasMessageContaining("0.0");
    assertThatThrownBy(() -> new Outage(LEEDS, day(1), Duration.ZERO, 1))
        .hasMessageContaining("PT0S");
    assertThatThrownBy(() -> new Outage(LEEDS, day(1), Duration.ofDays(1), 0))
        .hasMessageContaining("(0, 1]");
    assertThatThrownBy(() -> new PriceIncrease(day(1), LEEDS, 5, 0.9, Duration.ofDays(1)))
        .hasMessageContaining("0.9");
    assertThatThrownBy(() -> new CompetitorShock(day(1), 2, -0.1)).hasMessageContaining("-0.1");
  }
}
