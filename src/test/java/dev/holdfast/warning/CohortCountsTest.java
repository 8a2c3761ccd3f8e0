package dev.holdfast.warning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.activity.Attendance;
import dev.holdfast.activity.Attendee;
import dev.holdfast.activity.OperationalCalendar;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The counts that are kept as uses come, against counting all customers anew. */
class CohortCountsTest {

  private static final int CUSTOMERS = 60;
  private static final int DAYS = 150;
  private static final int CELLS = 3;
  private static final OperationalCalendar PLAIN = OperationalCalendar.plain();

  /** A customer as it really is, and as it is counted. */
  private static final class Customer {
    final Set<Integer> days = new HashSet<>();
    final Set<Integer> hours = new HashSet<>();
    int cell;
    boolean away;
    @Nullable Attendee counted;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void theyEqualACountOfAllCustomersInAnyOrderOfArrival(long seed) {
    Random random = new Random(seed);
    List<Customer> customers = new ArrayList<>();
    CohortCounts counts = new CohortCounts();
    List<Runnable> arrivals = new ArrayList<>();
    for (int i = 0; i < CUSTOMERS; i++) {
      Customer customer = new Customer();
      customer.cell = random.nextInt(CELLS);
      customers.add(customer);
    }
    for (int day = 0; day < DAYS; day++) {
      for (Customer customer : customers) {
        if (random.nextInt(6) == 0) {
          Instant at = hourOf(day * 24 + random.nextInt(24));
          // Up to a month late, and some twice.
          int position = Math.max(0, arrivals.size() - random.nextInt(CUSTOMERS * 3));
          arrivals.add(position, () -> use(customer, at, counts));
          if (random.nextInt(4) == 0) {
            arrivals.add(() -> use(customer, at, counts));
          }
        }
      }
    }

    arrivals.forEach(Runnable::run);

    for (int cell = 0; cell < CELLS; cell++) {
      for (int day = 0; day <= DAYS + 40; day++) {
        assertThat(counts.onDay(cell, day)).isEqualTo(counted(customers, cell, day, day));
      }
    }
    // Hours are remembered for 64, so that only what comes in time by that is exact.
    assertThat(counts.cells()).hasSize(CELLS);
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13})
  void whoGoesAwayComesBackOrChangesCellIsCountedWhereItIsNow(long seed) {
    Random random = new Random(seed);
    List<Customer> customers = new ArrayList<>();
    CohortCounts counts = new CohortCounts();
    for (int i = 0; i < CUSTOMERS; i++) {
      customers.add(new Customer());
    }
    for (int day = 0; day < DAYS; day++) {
      for (Customer customer : customers) {
        int what = random.nextInt(60);
        if (what < 10) {
          use(customer, hourOf(day * 24 + random.nextInt(24)), counts);
        } else if (what == 10) {
          change(customer, customer.cell, !customer.away, counts);
        } else if (what == 11) {
          change(customer, random.nextInt(CELLS), customer.away, counts);
        }
      }
      for (int cell = 0; cell < CELLS; cell++) {
        assertThat(counts.onDay(cell, day + 1))
            .as("cell %d on day %d", cell, day + 1)
            .isEqualTo(counted(customers, cell, day + 1, day + 1));
      }
    }
  }

  @Test
  void anHourCountsWhoWasDueThatDayAndCameInIt() {
    OperationalCalendar calendar =
        OperationalCalendar.of(
            ZoneId.of("Asia/Shanghai"),
            List.of(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0),
            Map.of(),
            List.of());
    CohortCounts counts = new CohortCounts();
    CountChanges changes = new CountChanges(calendar);
    int hour = 24 * 20_000 + 5;
    for (int i = 0; i < 10; i++) {
      Attendance attendance = Attendance.first(calendar, hourOf(hour - 48));
      changes.add(null, new Attendee(1, false, attendance));
      if (i < 4) {
        Attendee before = new Attendee(1, false, attendance);
        Attendance came = attendance.use(calendar, hourOf(hour));
        changes.add(before, new Attendee(1, false, came));
        assertThat(came.use(calendar, hourOf(hour).plusSeconds(60))).isSameAs(came);
      }
    }
    changes.add(null, new Attendee(1, false, Attendance.first(calendar, hourOf(hour))));
    counts.add(changes);

    assertThat(counts.inHour(1, hour, calendar)).isEqualTo(new Visits(10, 4));
    assertThat(counts.inHour(1, hour + 1, calendar)).isEqualTo(new Visits(10, 0));
    int day = Attendance.dayOf(calendar, hour);
    assertThat(counts.onDay(1, day)).isEqualTo(new Visits(10, 4));
    assertThat(counts.onDay(1, day + 1)).isEqualTo(new Visits(11, 0));
    assertThat(counts.onDay(1, day + 26)).isEqualTo(new Visits(5 + 6, 0));
    assertThat(counts.onDay(1, day + 27)).isEqualTo(new Visits(5, 0));
    assertThat(counts.onDay(1, day + 28)).isEqualTo(new Visits(5, 0));
    assertThat(counts.onDay(1, day + 29)).isEqualTo(Visits.NONE);
  }

  @ParameterizedTest
  @ValueSource(longs = {21, 22, 23})
  void hoursAreExactForUsesThatComeWithinTwoDays(long seed) {
    Random random = new Random(seed);
    List<Customer> customers = new ArrayList<>();
    for (int i = 0; i < CUSTOMERS; i++) {
      customers.add(new Customer());
    }
    CohortCounts counts = new CohortCounts();
    int hours = 24 * 40;
    for (Customer customer : customers) {
      List<Integer> uses = new ArrayList<>();
      for (int hour = 0; hour < hours; hour++) {
        if (random.nextInt(12) == 0) {
          uses.add(hour);
        }
      }
      for (int from = 0; from + 4 <= uses.size(); from += 4) {
        List<Integer> few = new ArrayList<>(uses.subList(from, from + 4));
        if (few.get(3) - few.get(0) < 60) {
          Collections.shuffle(few, random);
        }
        few.forEach(hour -> use(customer, hourOf(hour), counts));
      }
    }

    for (int hour = 0; hour < hours; hour++) {
      int day = hour / 24;
      int at = hour;
      long came = customers.stream().filter(one -> due(one, day) && one.hours.contains(at)).count();
      assertThat(counts.inHour(0, hour, PLAIN).came()).isEqualTo((int) came);
    }
  }

  @Test
  void aUseThatIsTooLateIsDropped() {
    Attendance known = Attendance.first(PLAIN, hourOf(24 * 100));

    assertThat(known.tooOld(PLAIN, hourOf(24 * (100 - Attendance.REACH)))).isTrue();
    assertThat(known.use(PLAIN, hourOf(24 * (100 - Attendance.REACH)))).isSameAs(known);
    assertThat(known.tooOld(PLAIN, hourOf(24 * (101 - Attendance.REACH)))).isFalse();
    assertThat(known.use(PLAIN, hourOf(24 * (101 - Attendance.REACH))).used(65)).isTrue();
  }

  @Test
  void changesAreReadAsTheyWereWritten() {
    CountChanges changes = new CountChanges(PLAIN);
    Attendance attendance =
        Attendance.first(PLAIN, hourOf(24 * 70)).use(PLAIN, hourOf(24 * 72 + 3));
    changes.add(null, new Attendee(7, true, attendance));

    List<byte[]> pieces = changes.toBytes(3);

    assertThat(pieces).hasSize(2);
    assertThat(pieces.stream().flatMap(piece -> CountChanges.read(piece).stream()))
        .containsExactlyInAnyOrderElementsOf(changes.changes())
        .hasSize(4);
    assertThat(new CountChanges(PLAIN).toBytes(3)).isEmpty();
  }

  private static void use(Customer customer, Instant at, CohortCounts counts) {
    Attendee before = customer.counted;
    if (before != null && before.attendance().tooOld(PLAIN, at)) {
      return;
    }
    int hour = (int) (at.getEpochSecond() / 3_600);
    customer.days.add(hour / 24);
    customer.hours.add(hour);
    count(
        customer,
        new Attendee(
            customer.cell,
            customer.away,
            before == null ? Attendance.first(PLAIN, at) : before.attendance().use(PLAIN, at)),
        counts);
  }

  private static void change(Customer customer, int cell, boolean away, CohortCounts counts) {
    customer.cell = cell;
    customer.away = away;
    if (customer.counted != null) {
      count(customer, new Attendee(cell, away, customer.counted.attendance()), counts);
    }
  }

  private static void count(Customer customer, Attendee after, CohortCounts counts) {
    CountChanges changes = new CountChanges(PLAIN);
    changes.add(customer.counted, after);
    customer.counted = after;
    counts.add(changes);
  }

  private static Visits counted(List<Customer> customers, int cell, int day, int asOf) {
    int due = 0;
    int came = 0;
    for (Customer customer : customers) {
      if (customer.cell == cell
          && due(customer, day)
          && !(customer.away && last(customer) < asOf)) {
        due++;
        came += customer.days.contains(day) ? 1 : 0;
      }
    }
    return new Visits(due, came);
  }

  private static boolean due(Customer customer, int day) {
    for (int gap = 1; gap <= Attendance.LONGEST_GAP; gap++) {
      if (customer.days.contains(day - gap)) {
        return true;
      }
    }
    return false;
  }

  private static int last(Customer customer) {
    return Collections.max(customer.days);
  }

  private static Instant hourOf(int hour) {
    return Instant.ofEpochSecond(hour * 3_600L + 120);
  }

  @Test
  void aTreeSaysWhichSegmentsACellIsIn() {
    SegmentTree tree = SegmentTree.of("region/plan, product");
    tree.add(1, Map.of("region", "north", "plan", "basic", "product", "tv"));
    tree.add(2, Map.of("region", "north", "product", "a/b"));
    tree.add(3, Map.of("plan", "basic"));

    assertThat(tree.segmentsOf(1))
        .extracting(Segment::key)
        .containsExactly("all", "region=north", "region=north/plan=basic", "product=tv");
    assertThat(tree.segmentsOf(2))
        .extracting(Segment::key)
        .containsExactly("all", "region=north", "product=a_b");
    assertThat(tree.segmentsOf(3)).extracting(Segment::key).containsExactly("all");
    assertThat(tree.segmentsOf(4)).isEmpty();
    assertThat(tree.segments())
        .extracting(Segment::key)
        .containsExactly(
            "all", "region=north", "region=north/plan=basic", "product=tv", "product=a_b");
  }
}
