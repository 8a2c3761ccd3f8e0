package dev.holdfast.simulation.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.event.Event;
import dev.holdfast.training.CustomerHistory;
import dev.holdfast.training.Experiment;
import dev.holdfast.training.FileHistories;
import dev.holdfast.warning.BellReplay;
import dev.holdfast.warning.BellReplay.Rung;
import dev.holdfast.warning.BellRules;
import dev.holdfast.warning.Rhythm;
import dev.holdfast.warning.VisitHistory;
import dev.holdfast.warning.WeekOnWeek;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The bell of a cohort over a year of a British online shop, by country and by month of the first
 * order. Prints the incidents of docs/studies.md.
 */
class RealBellTest {

  private static final Instant END = Instant.parse("2011-12-10T00:00:00Z");
  private static final Duration YEAR = Duration.ofDays(364);

  /**
   * Days on which the shop took no order: it says so itself by taking none, and a calendar would.
   */
  private static final List<String> BANK_HOLIDAYS =
      List.of(
          "2011-04-22",
          "2011-04-24",
          "2011-04-25",
          "2011-04-29",
          "2011-05-02",
          "2011-05-30",
          "2011-08-29");

  private static final LocalDate CHRISTMAS = LocalDate.parse("2010-12-24");
  private static final int CHRISTMAS_DAYS = 11;

  private static List<CustomerHistory> customers = List.of();

  private record Heard(List<Rung> rung, WeekOnWeek naive) {}

  @BeforeAll
  static void theYear() {
    String folder = System.getenv("HOLDFAST_DATA");
    Path path =
        Path.of(folder == null ? "../shared/data" : folder)
            .resolve("online_retail_2011/online_retail_2010-12_2011-12.csv.gz");
    assumeTrue(Files.exists(path), () -> "skipped: " + path + " is not there");
    List<CustomerHistory> read = new ArrayList<>();
    FileHistories.read(
            List.of(new Experiment.File(path.toString(), "online_retail_2011")), line -> {})
        .forEach(read::add);
    customers = read;
  }

  @Test
  void bankHolidaysRingUntilTheCalendarNamesThem() {
    Heard without = hear(customers, OperationalCalendar.plain(), END);
    Heard with = hear(customers, calendar(0), END);
    print("the year as it was, no calendar", without);
    print("the year as it was, calendar", with);

    assertThat(days(without)).isSubsetOf(BANK_HOLIDAYS.stream().map(LocalDate::parse).toList());
    assertThat(days(without)).isNotEmpty();
    assertThat(with.rung()).isEmpty();
    assertThat(with.naive().aSegmentYear()).isGreaterThan(8);
  }

  /** The year is too short to know its own Christmas: it is played twice, 52 weeks apart. */
  @Test
  void aClosingAtChristmasIsNotTakenForChurnOnceTheCalendarNamesIt() {
    List<CustomerHistory> twice = customers.stream().map(RealBellTest::playedTwice).toList();
    Instant end = END.plus(YEAR);
    LocalDate closing = CHRISTMAS.plusDays(YEAR.toDays());
    Heard without = hear(twice, OperationalCalendar.plain(), end);
    Heard with = hear(twice, calendar(1), end);
    print("the year twice, no calendar", without);
    print("the year twice, calendar", with);

    assertThat(days(without)).anyMatch(day -> inClosing(day, closing, 0));
    assertThat(days(with)).noneMatch(day -> inClosing(day, closing, 21));
  }

  private static boolean inClosing(LocalDate day, LocalDate closing, int after) {
    return !day.isBefore(closing.minusDays(2))
        && day.isBefore(closing.plusDays(CHRISTMAS_DAYS + after));
  }

  private static Heard hear(
      List<CustomerHistory> histories, OperationalCalendar calendar, Instant end) {
    WeekOnWeek naive = new WeekOnWeek(0.2);
    BellReplay bell =
        new BellReplay(
            BellRules.standard().withSegments("country, cohort").withSegmentsByTheHour(0),
            calendar,
            (rhythm, looks) -> naive.look(looks, true));
    for (CustomerHistory customer : histories) {
      VisitHistory visits = VisitHistory.of(customer.events(), event -> 1, calendar, end);
      Instant first = visits.firstUse();
      if (first != null) {
        bell.add(
            visits,
            Map.of(
                "country",
                String.valueOf(customer.events().get(0).properties().get("Country")),
                "cohort",
                YearMonth.from(first.atOffset(ZoneOffset.UTC)).toString()));
      }
    }
    Instant begin = Instant.parse("2010-12-01T00:00:00Z");
    for (Instant now = begin;
        !now.isAfter(end.plus(Duration.ofHours(1)));
        now = now.plus(Duration.ofHours(1))) {
      bell.lookUntil(now, BellReplay.Feeds.COMPLETE);
    }
    return new Heard(bell.rung(), naive);
  }

  private static CustomerHistory playedTwice(CustomerHistory customer) {
    List<Event> events = new ArrayList<>(customer.events());
    for (Event one : customer.events()) {
      Instant again = one.occurredAt().plus(YEAR);
      // The first days of the second year are the last ones of the first.
      if (!again.isBefore(END)) {
        events.add(
            new Event(
                one.id() + "-again",
                one.source(),
                one.customer(),
                one.name(),
                one.kind(),
                again,
                again,
                true,
                one.count(),
                one.amount(),
                one.currency(),
                one.channel(),
                one.properties(),
                true));
      }
    }
    return new CustomerHistory(customer.customerId(), events);
  }

  private static OperationalCalendar calendar(int moreYears) {
    Map<LocalDate, Double> days = new TreeMap<>();
    for (int year = 0; year <= moreYears; year++) {
      long shift = year * YEAR.toDays();
      for (int i = 0; i < CHRISTMAS_DAYS; i++) {
        days.put(CHRISTMAS.plusDays(shift + i), 0.0);
      }
      for (String holiday : BANK_HOLIDAYS) {
        days.put(LocalDate.parse(holiday).plusDays(shift), 0.0);
      }
    }
    return OperationalCalendar.of(
        ZoneOffset.UTC, List.of(1.0, 1.0, 1.0, 1.1, 0.9, 0.0, 0.7), days, List.of());
  }

  private static List<LocalDate> days(Heard heard) {
    return heard.rung().stream()
        .map(one -> LocalDate.ofInstant(one.rungAt(), ZoneOffset.UTC).minusDays(1))
        .toList();
  }

  private static void print(String what, Heard heard) {
    System.out.printf(
        Locale.ROOT,
        "%n%s: %d incidents; 20%% fewer than last week %.1f a segment-year (%.1f segment-years)%n",
        what,
        heard.rung().size(),
        heard.naive().aSegmentYear(),
        heard.naive().segmentYears());
    for (Rung one : heard.rung()) {
      System.out.printf(
          Locale.ROOT,
          "| %d | %s | %s | %s | %s | %s | %d of %.0f | %.0f%% | %s |%n",
          one.number(),
          one.segment(),
          Objects.requireNonNullElse(one.parent(), "-"),
          LocalDate.ofInstant(one.since(), ZoneOffset.UTC),
          LocalDate.ofInstant(one.rungAt(), ZoneOffset.UTC).minusDays(1),
          one.endedAt() == null
              ? "-"
              : LocalDate.ofInstant(one.endedAt(), ZoneOffset.UTC).minusDays(1),
          one.shortfall().came(),
          one.shortfall().expected(),
          100 * one.shortfall().drop(),
          one.rhythm() == Rhythm.DAY ? one.cause() : "");
    }
  }
}
