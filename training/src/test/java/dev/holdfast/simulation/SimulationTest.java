package dev.holdfast.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SimulationTest {

  private static final long SEED = 20_260_101;
  private static final int SIZE = 3_000;
  private static final Instant FROM = Instant.parse("2025-01-01T00:00:00Z");
  private static final Instant TO = FROM.plus(365, ChronoUnit.DAYS);

  @Test
  void theSameSeedGivesTheSameEvents() throws NoSuchAlgorithmException {
    String once = digest(1, 300, List.of(TO));
    String again = digest(1, 300, List.of(TO));
    String other = digest(2, 300, List.of(TO));

    assertThat(again).isEqualTo(once);
    assertThat(other).isNotEqualTo(once);
  }

  @Test
  void advancingInStepsEqualsAdvancingAtOnce() throws NoSuchAlgorithmException {
    for (long seed = 0; seed < 5; seed++) {
      List<Instant> steps = new ArrayList<>();
      Draws draws = new Draws(seed);
      for (Instant at = FROM; at.isBefore(TO); ) {
        at = at.plusMillis((long) draws.exponential(Duration.ofDays(2).toMillis()));
        steps.add(at.isBefore(TO) ? at : TO);
      }

      assertThat(digest(seed, 200, steps))
          .as("seed %d", seed)
          .isEqualTo(digest(seed, 200, List.of(TO)));
    }
  }

  @Test
  void eventsComeInOrderOfArrivalAndNeverFromTheFuture() {
    List<Event> events = year(SEED, SIZE, TO);

    assertThat(events).isSortedAccordingTo(Comparator.comparing(Event::availableAt));
    assertThat(events)
        .allSatisfy(
            event -> {
              assertThat(event.availableAt()).isBetween(FROM, TO);
              assertThat(event.occurredAt())
                  .isBefore(event.availableAt().plus(Duration.ofMinutes(5)));
            });
  }

  @Test
  void ratesAndKindsAreThoseOfAConsumerService() {
    List<Event> events = year(SEED, SIZE, TO);
    Map<EventKind, Integer> perKind = new TreeMap<>();
    events.forEach(event -> perKind.merge(event.kind(), 1, Integer::sum));
    System.out.printf("seed %d: %d events, %s%n", SEED, events.size(), perKind);

    assertThat(events.size()).isBetween(180_000, 260_000);
    assertThat(perKind.keySet())
        .contains(
            EventKind.USAGE,
            EventKind.PURCHASE,
            EventKind.INTERACTION,
            EventKind.COMPLAINT,
            EventKind.FEEDBACK,
            EventKind.CANCELLATION,
            EventKind.STATUS,
            EventKind.OUTBOUND);
    assertThat(perKind.get(EventKind.USAGE)).isGreaterThan(events.size() / 2);
    assertThat(events)
        .filteredOn(event -> event.kind() == EventKind.PURCHASE)
        .allSatisfy(
            event -> {
              assertThat(event.amount()).isNotNull().isPositive();
              assertThat(event.currency()).isIn("CNY", "EUR");
            });
  }

  @Test
  void aFewEventsAreLateTwiceOrOvertaken() {
    List<Event> events = year(SEED, SIZE, TO);
    Map<String, Instant> newest = new HashMap<>();
    Set<String> seen = new HashSet<>();
    int late = 0;
    int twice = 0;
    int overtaken = 0;
    for (Event event : events) {
      if (!seen.add(event.id())) {
        twice++;
        continue;
      }
      boolean isLate = Duration.between(event.occurredAt(), event.availableAt()).toHours() >= 2;
      Instant before = newest.get(event.customer());
      if (before != null && event.occurredAt().isBefore(before)) {
        overtaken++;
      } else {
        newest.put(event.customer(), event.occurredAt());
        late += isLate ? 1 : 0;
      }
    }
    double all = seen.size();
    System.out.printf(
        "seed %d: late %.4f, twice %.4f, overtaken %.4f%n",
        SEED, late / all, twice / all, overtaken / all);

    assertThat(late / all).isBetween(0.005, 0.015);
    assertThat(twice / all).isBetween(0.004, 0.006);
    assertThat(overtaken / all).isBetween(0.007, 0.02);
  }

  @Test
  void aQuarterLeavesInAYearAndMostWithoutAWord() {
    for (long seed = SEED; seed < SEED + 3; seed++) {
      List<Truth> truths = after(seed, SIZE, TO).truth();
      List<Truth> leavers = truths.stream().filter(each -> each.leftAt() != null).toList();
      double yearsAsCustomer =
          truths.stream()
              .filter(each -> each.joinedAt().isBefore(TO))
              .mapToDouble(each -> yearsBetween(each.joinedAt(), each.leftAt()))
              .sum();
      double yearly = 1 - Math.exp(-leavers.size() / yearsAsCustomer);
      double silent =
          leavers.stream().filter(Truth::leftSilently).count() / (double) leavers.size();
      double withoutComplaint =
          leavers.stream().filter(each -> each.complaints() == 0).count() / (double) leavers.size();
      System.out.printf(
          "seed %d: leave in a year %.3f, silently %.3f, without complaint %.3f%n",
          seed, yearly, silent, withoutComplaint);

      assertThat(yearly).as("seed %d", seed).isBetween(0.20, 0.30);
      assertThat(silent).as("seed %d", seed).isGreaterThan(0.5);
      assertThat(withoutComplaint).as("seed %d", seed).isGreaterThan(0.5);
    }
  }

  @Test
  void theHazardFallsAsSatisfactionRises() {
    List<Truth> active =
        after(SEED, SIZE, TO).truth().stream()
            .filter(each -> each.leftAt() == null && each.hazardPerDay() > 0)
            .sorted(Comparator.comparingDouble(Truth::satisfaction))
            .toList();

    assertThat(active).hasSizeGreaterThan(SIZE / 2);
    for (int i = 1; i < active.size(); i++) {
      assertThat(active.get(i).hazardPerDay()).isLessThan(active.get(i - 1).hazardPerDay());
    }
  }

  @Test
  void theUnhappyLeaveFirst() {
    Simulation simulation = simulation(SEED, SIZE);
    Instant look = FROM.plus(200, ChronoUnit.DAYS);
    simulation.advanceTo(look, event -> {});
    List<Truth> before =
        simulation.truth().stream()
            .filter(each -> each.leftAt() == null && each.joinedAt().isBefore(look))
            .sorted(Comparator.comparingDouble(Truth::satisfaction))
            .toList();
    simulation.advanceTo(look.plus(90, ChronoUnit.DAYS), event -> {});
    Set<String> gone = new HashSet<>();
    simulation.truth().stream()
        .filter(each -> each.leftAt() != null)
        .forEach(each -> gone.add(each.externalId()));

    int third = before.size() / 3;
    long unhappy =
        before.stream().limit(third).filter(each -> gone.contains(each.externalId())).count();
    long happy =
        before.stream()
            .skip(before.size() - third)
            .filter(each -> gone.contains(each.externalId()))
            .count();
    System.out.printf(
        "seed %d: of %d each, unhappy left %d, happy %d%n", SEED, third, unhappy, happy);
    assertThat(unhappy).isGreaterThan(3 * happy);
  }

  @Test
  void whoLeftIsNeverSeenToUseTheServiceAgain() {
    Simulation simulation = simulation(SEED, 500);
    List<Event> events = new ArrayList<>();
    simulation.advanceTo(TO, events::add);
    Map<String, Instant> leftAt = new HashMap<>();
    for (Truth truth : simulation.truth()) {
      if (truth.leftAt() != null) {
        leftAt.put(truth.externalId(), truth.leftAt());
      }
    }
    Duration clocksOff = Duration.ofMinutes(2);

    assertThat(events)
        .filteredOn(event -> event.kind().isUse())
        .filteredOn(event -> leftAt.containsKey(event.customer()))
        .isNotEmpty()
        .allSatisfy(
            event ->
                assertThat(event.occurredAt())
                    .isBefore(leftAt.getOrDefault(event.customer(), TO).plus(clocksOff)));
  }

  @Test
  void aComplaintIsClosedUnderTheIdItWasOpenedWith() {
    Set<Object> opened = new HashSet<>();
    Set<Object> closed = new HashSet<>();
    for (Event event : year(SEED, SIZE, TO)) {
      if (event.kind() == EventKind.COMPLAINT) {
        (event.name().endsWith("opened") ? opened : closed)
            .add(event.properties().get("complaintId"));
      }
    }

    assertThat(closed).isNotEmpty();
    // A few openings may still be on their way.
    closed.removeAll(opened);
    assertThat(closed).hasSizeLessThan(10);
    assertThat(opened).hasSizeGreaterThan(300);
  }

  @Test
  void historyIsMarkedUpToTheInstantTheCompanyGoesLive() {
    Instant liveFrom = FROM.plus(20, ChronoUnit.DAYS);
    Simulation simulation = new Simulation(Population.draw(SEED, 200, FROM), liveFrom);

    simulation.advanceTo(
        FROM.plus(40, ChronoUnit.DAYS),
        event -> assertThat(event.backfill()).isEqualTo(event.availableAt().isBefore(liveFrom)));
  }

  @Test
  void timeDoesNotGoBack() {
    Simulation simulation = simulation(SEED, 10);
    simulation.advanceTo(TO, event -> {});

    assertThatThrownBy(() -> simulation.advanceTo(FROM, event -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("stands at " + TO);
  }

  @Test
  void profilesCannotReachAnybodyAndMostConsent() {
    List<SimulatedCustomer> customers = Population.draw(SEED, SIZE, FROM).customers();

    assertThat(customers)
        .allSatisfy(each -> assertThat(each.phone()).matches("\\+861000\\d{6}|\\+447700900\\d{3}"));
    assertThat(customers).extracting(SimulatedCustomer::externalId).doesNotHaveDuplicates();
    assertThat(customers.stream().filter(SimulatedCustomer::consent).count() / (double) SIZE)
        .isBetween(0.83, 0.87);
  }

  @Test
  void theTruthIsWrittenOneLinePerCustomer() throws IOException {
    StringBuilder out = new StringBuilder();

    Truth.write(after(SEED, 50, TO).truth(), out);

    assertThat(out.toString().lines()).hasSize(51).first().asString().startsWith("external_id,");
  }

  private static Simulation simulation(long seed, int size) {
    return new Simulation(Population.draw(seed, size, FROM), FROM);
  }

  private static Simulation after(long seed, int size, Instant to) {
    Simulation simulation = simulation(seed, size);
    simulation.advanceTo(to);
    return simulation;
  }

  private static List<Event> year(long seed, int size, Instant to) {
    List<Event> events = new ArrayList<>();
    simulation(seed, size).advanceTo(to, events::add);
    return events;
  }

  private static double yearsBetween(Instant joinedAt, @Nullable Instant leftAt) {
    Instant start = joinedAt.isBefore(FROM) ? FROM : joinedAt;
    Instant end = leftAt == null ? TO : leftAt;
    return Duration.between(start, end).toDays() / 365.0;
  }

  /** A digest of every field of every event, properties in the order of their names. */
  private static String digest(long seed, int size, List<Instant> steps)
      throws NoSuchAlgorithmException {
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    Simulation simulation = simulation(seed, size);
    for (Instant step : steps) {
      simulation.advanceTo(
          step,
          event -> {
            String fields =
                String.join(
                    "|",
                    event.id(),
                    event.customer(),
                    event.name(),
                    event.kind().wireName(),
                    event.occurredAt().toString(),
                    event.availableAt().toString(),
                    String.valueOf(event.amount()),
                    String.valueOf(event.channel()),
                    new TreeMap<>(event.properties()).toString());
            sha256.update(fields.getBytes(StandardCharsets.UTF_8));
          });
    }
    return HexFormat.of().formatHex(sha256.digest());
  }
}
