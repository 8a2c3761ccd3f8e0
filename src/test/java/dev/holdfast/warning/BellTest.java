package dev.holdfast.warning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.activity.Attendance;
import dev.holdfast.activity.Attendee;
import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.warning.Look.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.Test;

/** The bell over customers who come and go, by way of the counts that the stream keeps. */
class BellTest {

  private static final OperationalCalendar PLAIN = OperationalCalendar.plain();
  private static final double[] WEEKDAY = {0.40, 0.38, 0.37, 0.39, 0.41, 0.27, 0.22};
  private static final int FIRST = 19_800 - 19_800 % 7;
  private static final int LEARNING = 28 + 84;

  /** A population by cell, its counts and the bell that hears them. */
  private static final class Town {
    final SegmentTree tree = SegmentTree.of("region/plan");
    final CohortCounts counts = new CohortCounts();
    final Bell bell = new Bell(BellSettings.daily(20, 1), new Bell.Least(50, 0), 100);
    final List<Integer> cellOf = new ArrayList<>();
    final List<Double> habit = new ArrayList<>();
    final Map<Integer, Attendee> attendees = new HashMap<>();
    final Random random;
    int day = FIRST;

    Town(long seed, int regions, int customersEach) {
      random = new Random(seed);
      for (int region = 0; region < regions; region++) {
        for (int plan = 0; plan < 2; plan++) {
          int cell = region * 2 + plan;
          tree.add(cell, Map.of("region", "r" + region, "plan", plan == 0 ? "basic" : "plus"));
          for (int i = 0; i < customersEach / 2; i++) {
            cellOf.add(cell);
            habit.add(0.5 + random.nextDouble());
          }
        }
      }
    }

    /** A day passes; then it is looked at. */
    List<SegmentLook> pass(BiPredicate<Integer, Integer> stays, Set<Segment> unjudged) {
      CountChanges changes = new CountChanges(PLAIN);
      double noise = 1 + 0.03 * random.nextGaussian();
      for (int customer = 0; customer < cellOf.size(); customer++) {
        double chance = WEEKDAY[Math.floorMod(day, 7)] * habit.get(customer) * noise;
        if (random.nextDouble() < chance && !stays.test(cellOf.get(customer), customer)) {
          Attendee before = attendees.get(customer);
          Instant at = Instant.ofEpochSecond(day * 86_400L + random.nextInt(86_400));
          Attendee after =
              new Attendee(
                  cellOf.get(customer),
                  false,
                  before == null
                      ? Attendance.first(PLAIN, at)
                      : before.attendance().use(PLAIN, at));
          changes.add(before, after);
          attendees.put(customer, after);
        }
      }
      counts.add(changes);
      SlotVisits visits =
          Objects.requireNonNull(
              SlotVisits.of(
                  Rhythm.DAY, PLAIN, day, counts, tree::segmentsOf, cell -> Standing.COMPLETE));
      List<SegmentLook> looks =
          day < FIRST + 28
              ? List.of()
              : bell.look(day, tree.segments(), visits.present(), unjudged);
      day++;
      return looks;
    }

    /** Rings by segment with the day of each, over some days. */
    Map<String, List<Integer>> pass(int days, BiPredicate<Integer, Integer> stays) {
      Map<String, List<Integer>> rings = new HashMap<>();
      for (int i = 0; i < days; i++) {
        for (SegmentLook one : pass(stays, Set.of())) {
          if (one.look().verdict() == Verdict.RINGS) {
            rings.computeIfAbsent(one.segment().key(), key -> new ArrayList<>()).add(i);
          }
        }
      }
      return rings;
    }
  }

  private static final BiPredicate<Integer, Integer> NOBODY = (cell, customer) -> false;

  @Test
  void aQuietYearRingsHardlyEver() {
    Town town = new Town(1, 4, 600);
    assertThat(town.pass(LEARNING, NOBODY)).isEmpty();

    Map<String, List<Integer>> rings = town.pass(365, NOBODY);

    assertThat(town.bell.watched()).hasSize(13);
    assertThat(rings.values().stream().mapToInt(List::size).sum()).isLessThanOrEqualTo(1);
  }

  @Test
  void aThirdOfARegionThatStopsRingsThereWithinDaysAndNowhereElse() {
    for (long seed = 1; seed <= 5; seed++) {
      Town town = new Town(seed, 4, 2_000);
      town.pass(LEARNING, NOBODY);

      Map<String, List<Integer>> rings =
          town.pass(14, (cell, customer) -> cell < 2 && customer % 3 == 0);

      assertThat(rings.keySet()).contains("region=r0").doesNotContain("region=r1", "region=r2");
      assertThat(rings.getOrDefault("region=r0", List.of()).get(0)).isLessThanOrEqualTo(6);
    }
  }

  @Test
  void anOutageOfARegionRingsAtTheNextLookAndTellsWhatIsMissing() {
    Town town = new Town(3, 4, 1_000);
    town.pass(LEARNING, NOBODY);

    List<SegmentLook> looks = town.pass((cell, customer) -> cell < 2, Set.of());

    SegmentLook region = only(looks, "region=r0");
    assertThat(region.look().verdict()).isEqualTo(Verdict.RINGS);
    SegmentLook.Shortfall shortfall = Objects.requireNonNull(region.shortfall());
    assertThat(shortfall.drop()).isEqualTo(1);
    assertThat(shortfall.since()).isEqualTo(FIRST + LEARNING);
    assertThat(shortfall.missing()).isBetween(shortfall.missingLow(), shortfall.missingHigh());
    assertThat(shortfall.missingLow()).isGreaterThan(100);
    assertThat(only(looks, "region=r1").look().ringing()).isFalse();
    assertThat(town.bell.detectableDrop(region.segment())).isBetween(0.1, 0.6);

    List<Verdict> after = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      after.add(only(town.pass(NOBODY, Set.of()), "region=r0").look().verdict());
    }
    assertThat(after).contains(Verdict.RECOVERED).doesNotContain(Verdict.RINGS);
    assertThat(only(town.pass(NOBODY, Set.of()), "region=r0").look().ringing()).isFalse();
  }

  @Test
  void whatIsNotJudgedRingsNoBell() {
    Town town = new Town(4, 3, 1_000);
    town.pass(LEARNING, NOBODY);

    List<SegmentLook> looks =
        town.pass((cell, customer) -> true, new HashSet<>(town.tree.segments()));

    assertThat(looks)
        .extracting(one -> one.look().verdict())
        .containsOnly(Verdict.NOT_JUDGED)
        .hasSize(10);
    assertThat(town.pass(60, NOBODY)).isEmpty();
  }

  @Test
  void aSmallSegmentIsNotWatchedAndNeitherIsOneTooMany() {
    SegmentTree tree = SegmentTree.of("region");
    tree.add(1, Map.of("region", "large"));
    tree.add(2, Map.of("region", "small"));
    tree.add(3, Map.of("region", "late"));
    Bell bell = new Bell(BellSettings.daily(20, 1), new Bell.Least(50, 10), 2);

    List<SegmentLook> looks =
        bell.look(
            1,
            tree.segments(),
            Map.of(
                Segment.TOP,
                new Visits(190, 70),
                tree.segmentsOf(1).get(1),
                new Visits(100, 30),
                tree.segmentsOf(2).get(1),
                new Visits(30, 20),
                tree.segmentsOf(3).get(1),
                new Visits(60, 20)),
            Set.of());

    assertThat(looks).extracting(one -> one.segment().key()).containsExactly("all", "region=large");
  }

  private static SegmentLook only(List<SegmentLook> looks, String key) {
    return looks.stream().filter(one -> one.segment().key().equals(key)).findFirst().orElseThrow();
  }
}
