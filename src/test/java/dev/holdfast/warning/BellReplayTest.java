package dev.holdfast.warning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.activity.Attendance;
import dev.holdfast.activity.Attendee;
import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import dev.holdfast.warning.BellReplay.Rung;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.BiPredicate;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The bell in memory: what it rings, and that the order in which it is told changes nothing. */
class BellReplayTest {

  private static final OperationalCalendar PLAIN = OperationalCalendar.plain();
  private static final int FIRST = 19_800 - 19_800 % 7;
  private static final int LEARNING = 28 + 84;
  private static final int REGIONS = 12;
  private static final int CUSTOMERS = 100;
  private static final BellRules RULES =
      BellRules.standard().withSegments("region").withSegmentsByTheHour(0);

  /** Who comes on a day, by customer. */
  private static Map<Integer, List<Event>> lives(
      long seed, int days, BiPredicate<Integer, Integer> stays) {
    Random random = new Random(seed);
    Map<Integer, List<Event>> lives = new HashMap<>();
    for (int day = 0; day < days; day++) {
      for (int customer = 0; customer < REGIONS * CUSTOMERS; customer++) {
        boolean comes = random.nextInt(10) < 4;
        Instant at = start(day).plusSeconds(random.nextInt(86_400));
        if (comes && !stays.test(customer % REGIONS, day)) {
          lives
              .computeIfAbsent(customer, one -> new ArrayList<>())
              .add(event(customer, lives.size() + "-" + day, at, EventKind.USAGE, "login"));
        }
      }
    }
    return lives;
  }

  private static Event event(int customer, String id, Instant at, EventKind kind, String name) {
    return new Event(
        id, "app", "c:" + customer, name, kind, at, at, false, 1, null, null, null, Map.of(), true);
  }

  private static Instant start(int day) {
    return Instant.ofEpochSecond((FIRST + day) * 86_400L);
  }

  private static Map<String, String> values(int customer) {
    return Map.of("region", "r" + customer % REGIONS);
  }

  /** All customers one after the other, then all looks. */
  private static BellReplay replayed(BellRules rules, Map<Integer, List<Event>> lives, int days) {
    BellReplay bell = new BellReplay(rules, PLAIN, (rhythm, looks) -> {});
    lives.forEach(
        (customer, events) ->
            bell.add(VisitHistory.of(events, event -> 1, PLAIN, start(days)), values(customer)));
    for (Instant now = start(0); !now.isAfter(start(days + 1)); now = now.plusSeconds(3_600)) {
      bell.lookUntil(now, BellReplay.Feeds.COMPLETE);
    }
    return bell;
  }

  /** Event by event in the order of time, looked at in between. */
  private static BellReplay lived(BellRules rules, Map<Integer, List<Event>> lives, int days) {
    BellReplay bell = new BellReplay(rules, PLAIN, (rhythm, looks) -> {});
    Map<String, Integer> cells = new HashMap<>();
    lives.keySet().forEach(customer -> cells.put("c:" + customer, bell.cell(1, values(customer))));
    Map<String, Attendee> attendees = new HashMap<>();
    List<Event> all =
        lives.values().stream()
            .flatMap(List::stream)
            .sorted(Comparator.comparing(Event::occurredAt))
            .toList();
    int next = 0;
    for (Instant now = start(0); !now.isAfter(start(days + 1)); now = now.plusSeconds(3_600)) {
      CountChanges changes = new CountChanges(PLAIN);
      while (next < all.size() && all.get(next).occurredAt().isBefore(now)) {
        Event event = all.get(next++);
        Attendee before = attendees.get(event.customer());
        Attendance after =
            before == null
                ? Attendance.first(PLAIN, event.occurredAt())
                : before.attendance().use(PLAIN, event.occurredAt());
        Attendee one =
            new Attendee(Objects.requireNonNull(cells.get(event.customer())), false, after);
        changes.add(before, one);
        attendees.put(event.customer(), one);
      }
      bell.add(changes);
      bell.lookUntil(now, BellReplay.Feeds.COMPLETE);
    }
    return bell;
  }

  @Test
  void countedFirstOrInTurnItRingsTheSame() {
    int days = LEARNING + 40;
    Map<Integer, List<Event>> lives =
        lives(
            1,
            days,
            (region, day) ->
                (region == 0 && day >= LEARNING && day < LEARNING + 3)
                    || (region == 1 && day >= LEARNING + 20));
    BellRules byTheHour = RULES.withSegmentsByTheHour(20);

    BellReplay replayed = replayed(byTheHour, lives, days);
    BellReplay lived = lived(byTheHour, lives, days);

    assertThat(replayed.rung()).isEqualTo(lived.rung());
    assertThat(replayed.rung()).extracting(Rung::segment).contains("region=r0", "region=r1");
    assertThat(replayed.rung().get(0).since()).isEqualTo(start(LEARNING));
    assertThat(replayed.segments()).isEqualTo(lived.segments()).hasSize(REGIONS + 2);
    assertThat(replayed.limit()).isEqualTo(lived.limit());
  }

  @Test
  void aSegmentThatRangRaisesNothingForAWeek() {
    int days = LEARNING + 60;
    int[] outages = {LEARNING, LEARNING + 4, LEARNING + 30};
    Map<Integer, List<Event>> lives =
        lives(
            2,
            days,
            (region, day) ->
                region == 0 && (day == outages[0] || day == outages[1] || day == outages[2]));

    List<Rung> rung = replayed(RULES, lives, days).rung();

    assertThat(rung)
        .extracting(Rung::since)
        .as("the second outage begins when the first is over, and is over within the week")
        .containsExactly(start(outages[0]), start(outages[2]));
    assertThat(rung).allMatch(one -> one.cause() != null && one.cause().equals("they are back"));
  }

  @Test
  void otherSettingsRingOtherwise() {
    int days = LEARNING + 30;
    Map<Integer, List<Event>> lives =
        lives(3, days, (region, day) -> region == 0 && day >= LEARNING);

    assertThat(replayed(RULES, lives, days).rung()).hasSize(1);
    assertThat(replayed(RULES.withGate(0.1, 5_000), lives, days).rung()).isEmpty();
    assertThat(replayed(RULES.withSegments(""), lives, days).rung())
        .as("one region of twelve is less of all than is worth a call")
        .isEmpty();
    assertThat(replayed(RULES.withFalseAlarmsAYear(100), lives, days).limit())
        .isLessThan(replayed(RULES, lives, days).limit());
  }

  @Test
  void whoIsAwayIsNotDueFromTheDayOnWhichItIsKnown() {
    int days = LEARNING + 40;
    Map<Integer, List<Event>> lives =
        lives(4, days, (region, day) -> region == 0 && day >= LEARNING + 10 && day < LEARNING + 20);
    Map<Integer, List<Event>> suspended = new HashMap<>();
    lives.forEach(
        (customer, events) -> {
          List<Event> with = new ArrayList<>(events);
          if (customer % REGIONS == 0) {
            Instant from = start(LEARNING + 10);
            Instant to = start(LEARNING + 20);
            with.add(event(customer, "s" + customer, from, EventKind.STATUS, "suspended"));
            with.add(event(customer, "r" + customer, to, EventKind.STATUS, "resumed"));
            with.sort(Comparator.comparing(Event::occurredAt));
          }
          suspended.put(customer, with);
        });

    assertThat(replayed(RULES, lives, days).rung()).hasSize(1);
    assertThat(replayed(RULES, suspended, days).rung()).isEmpty();
  }

  @Test
  void cellsAreKnownBeforeTheFirstLook() {
    Map<Integer, List<Event>> lives = lives(5, 40, (region, day) -> false);
    BellReplay bell = replayed(RULES, lives, 40);

    assertThat(bell.cell(1, Map.of("region", "r1"))).isPositive();
    assertThatThrownBy(() -> bell.cell(1, Map.of("region", "new")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("before the first look");
  }

  @Test
  void theRuleOfLastWeekRingsByNoiseAlone() {
    int days = LEARNING + 200;
    Map<Integer, List<Event>> lives = lives(6, days, (region, day) -> false);
    WeekOnWeek naive = new WeekOnWeek(0.2);
    BellReplay bell = new BellReplay(RULES, PLAIN, (rhythm, looks) -> naive.look(looks, true));
    lives.forEach(
        (customer, events) ->
            bell.add(VisitHistory.of(events, event -> 1, PLAIN, start(days)), values(customer)));
    bell.lookUntil(start(days + 1), BellReplay.Feeds.COMPLETE);

    assertThat(bell.rung()).isEmpty();
    // 13 segments, from a week after they are first watched on.
    assertThat(naive.segmentYears()).isBetween(13 * 270 / 365.0, 13 * 290 / 365.0);
    assertThat(naive.aSegmentYear()).isGreaterThan(8);
    assertThatThrownBy(() -> new WeekOnWeek(0)).hasMessageContaining("(0, 1]");
  }

  @Test
  void rulesThatCannotBeAreRefusedAtOnce() {
    BellRules.Times times = RULES.times();
    Duration negative = Duration.ofSeconds(-1);

    assertThatThrownBy(() -> RULES.withSegments("a//b")).hasMessageContaining("was \"a//b\"");
    assertThatThrownBy(() -> RULES.withFalseAlarmsAYear(Double.NaN)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> RULES.withGate(1.5, 20)).hasMessageContaining("[0, 1], was 1.5");
    assertThatThrownBy(() -> RULES.withGate(0.1, -1)).hasMessageContaining("0 or more, was -1.0");
    assertThatThrownBy(() -> RULES.withSegmentsByTheHour(-1)).hasMessageContaining("was -1");
    assertThatThrownBy(() -> new BellRules.Sizes(0, 20, 1, 0)).hasMessageContaining("was 0");
    assertThatThrownBy(() -> new BellRules.Sizes(50, 0, 1, 0)).hasMessageContaining("was 0");
    assertThatThrownBy(() -> new BellRules.Sizes(50, 20, 0, 0)).hasMessageContaining("was 0");
    assertThatThrownBy(
            () ->
                new BellRules.Times(
                    times.grace(), times.grace(), times.waitAtMost(), times.newsFor(), negative))
        .hasMessageContaining("not negative, was PT-1S");
  }

  @Test
  void theStandardRulesAreThoseOfADeploymentThatSetsNothing() {
    BellConfig nothing =
        new SmallRyeConfigBuilder()
            .withMapping(BellConfig.class)
            .withConverter(Duration.class, 200, new DurationConverter())
            .build()
            .getConfigMapping(BellConfig.class);

    assertThat(BellRules.of(nothing)).isEqualTo(BellRules.standard());
  }

  @Test
  void aSegmentThatLosesMoreThanHalfToADoubtedFeedIsNotJudged() {
    SegmentTree tree = SegmentTree.of("region");
    tree.add(1, Map.of("region", "mostly"));
    tree.add(2, Map.of("region", "mostly"));
    tree.add(3, Map.of("region", "half"));
    tree.add(4, Map.of("region", "half"));
    CohortCounts counts = new CohortCounts();
    int[] due = {6, 4, 5, 5};
    for (int cell = 1; cell <= 4; cell++) {
      CountChanges changes = new CountChanges(PLAIN);
      for (int i = 0; i < due[cell - 1]; i++) {
        changes.add(null, new Attendee(cell, false, Attendance.first(PLAIN, start(0))));
      }
      counts.add(changes);
    }

    SlotVisits visits =
        Objects.requireNonNull(
            visits(tree, counts, cell -> cell % 2 == 1 ? Standing.LEFT_OUT : Standing.COMPLETE));

    assertThat(visits.unjudged(tree.segments(), true))
        .extracting(Segment::key)
        .containsExactlyInAnyOrder("all", "region=mostly");
    assertThat(visits.unjudged(tree.segments(), false)).hasSize(3);
    assertThat(visits.present().get(Segment.TOP)).isEqualTo(new Visits(9, 0));
    assertThat(visits(tree, counts, cell -> cell == 3 ? Standing.AWAITED : Standing.COMPLETE))
        .isNull();
  }

  private static @Nullable SlotVisits visits(
      SegmentTree tree, CohortCounts counts, IntFunction<Standing> standing) {
    return SlotVisits.of(Rhythm.DAY, PLAIN, FIRST + 1, counts, tree::segmentsOf, standing);
  }
}
