package dev.holdfast.simulation.study;

import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.evaluation.Reliability;
import dev.holdfast.event.Cadence;
import dev.holdfast.warning.BellReplay;
import dev.holdfast.warning.BellReplay.Rung;
import dev.holdfast.warning.BellRules;
import dev.holdfast.warning.Rhythm;
import dev.holdfast.warning.SegmentLook;
import dev.holdfast.warning.Standing;
import dev.holdfast.warning.WeekOnWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Does the bell of a cohort keep its promise: few false alarms in a quiet year, and soon after so
 * many stopped? And does it tell them apart from a late feed, a stopped feed and a holiday?
 *
 * <p>A town of districts, each with as many customers, is heard through the counts of the service.
 * After four months of learning comes a quiet year; then in one district after another 30% stay
 * away for three weeks; then in one after another nobody can come for a day. A second town of the
 * same size lives through late feeds, a feed that stops, two holidays with make-up days, and last a
 * price shock.
 */
final class BellStudy implements Study {

  static final int LEARNING = 28 + 84;

  private static final int LARGE = 1_000;
  private static final int SMALL = 200;
  private static final int MOST_DISTRICTS = 100;
  private static final int YEAR = 364;
  private static final int BETWEEN_DROPS = 5;
  private static final int DROP_DAYS = 21;
  private static final double DROP = 0.3;
  private static final int SOON = 14;
  private static final double NAIVE_DROP = 0.2;
  private static final double DAY_SECONDS = 86_400;

  @Override
  public String name() {
    return "bell";
  }

  @Override
  public String question() {
    return "How soon does the bell of a cohort ring, how often falsely, and what rings it that"
        + " should not?";
  }

  /** Of a hundredth of the plan's customers districts are made, ten to a hundred. */
  @Override
  public List<Finding> run(Plan plan, Consumer<String> progress) {
    int districts = Math.max(10, Math.min(MOST_DISTRICTS, plan.customers() / 100));
    List<Finding> findings = new ArrayList<>();
    for (long seed : plan.seeds()) {
      for (int customers : new int[] {LARGE, SMALL}) {
        progress.accept("bell: seed " + seed + ", " + districts + " districts of " + customers);
        findings.addAll(new Years(seed, districts, customers).findings());
      }
      progress.accept("bell: seed " + seed + ", a year of disturbances");
      findings.addAll(new DisturbedYear(seed, districts).findings());
    }
    return findings;
  }

  private static BellRules rules(String segments) {
    return BellRules.standard().withSegments(segments).withSegmentsByTheHour(0);
  }

  private static Finding told(String what, long seed, String n, double value) {
    return Finding.told("bell", what, Long.toString(seed), n, value);
  }

  private static String district(int number) {
    return String.format(Locale.ROOT, "d%02d", number);
  }

  /** A quiet year, then drops, then outages. */
  private static final class Years {

    private final long seed;
    private final int districts;
    private final int customers;
    private final WeekOnWeek naive = new WeekOnWeek(NAIVE_DROP);
    private final BellReplay bell;
    private final Town town;
    private final int dropsFrom = LEARNING + YEAR;
    private final int outagesFrom;

    Years(long seed, int districts, int customers) {
      this.seed = seed;
      this.districts = districts;
      this.customers = customers;
      this.outagesFrom = dropsFrom + districts * BETWEEN_DROPS + DROP_DAYS + SOON;
      this.bell = new BellReplay(rules("district"), OperationalCalendar.plain(), this::looked);
      List<Town.Resident> residents = new ArrayList<>();
      for (int i = 0; i < districts * customers; i++) {
        int district = i / customers;
        residents.add(new Town.Resident(district, 1, Map.of("district", district(district))));
      }
      this.town = new Town(seed, residents, OperationalCalendar.plain());
      town.listen(bell, now -> BellReplay.Feeds.COMPLETE);
      // One more day, in which what came last is looked at.
      town.live(outagesFrom + districts * 2 + 1, new Away());
    }

    private void looked(Rhythm rhythm, List<SegmentLook> looks) {
      long slot = looks.isEmpty() ? 0 : looks.get(0).look().slot();
      naive.look(looks, slot >= Town.slot(LEARNING) && slot < Town.slot(dropsFrom));
    }

    private int dropOf(int district) {
      return dropsFrom + district * BETWEEN_DROPS;
    }

    private int outageOf(int district) {
      return outagesFrom + district * 2;
    }

    private final class Away implements Town.Circumstances {
      @Override
      public boolean away(int resident, int day) {
        int district = resident / customers;
        boolean drops = day >= dropOf(district) && day < dropOf(district) + DROP_DAYS;
        return drops && resident % customers < DROP * customers || day == outageOf(district);
      }
    }

    List<Finding> findings() {
      Instant quietFrom = Town.start(LEARNING);
      Instant quietTo = Town.start(dropsFrom);
      long falseAlarms =
          bell.rung().stream()
              .filter(one -> !one.rungAt().isBefore(quietFrom) && one.rungAt().isBefore(quietTo))
              .count();
      double[] afterDrop = new double[districts];
      double[] afterOutage = new double[districts];
      for (int district = 0; district < districts; district++) {
        afterDrop[district] = days(district, dropOf(district), DROP_DAYS);
        afterOutage[district] = days(district, outageOf(district), SOON);
      }
      String segments = String.format(Locale.ROOT, "%d districts of %,d", districts, customers);
      List<Finding> findings = new ArrayList<>();
      findings.add(told("false alarms in a quiet year", seed, segments, falseAlarms).atMost(3));
      findings.add(
          told(
              "the rule of 20% fewer than last week: alarms a segment-year",
              seed, segments, naive.aSegmentYear()));
      Finding median =
          told(
              "30% stay away: median days to the bell",
              seed, segments, Earliness.median(afterDrop));
      Finding within =
          told("30% stay away: share rung within 14 days", seed, segments, share(afterDrop, SOON));
      findings.add(customers == LARGE ? median.atMost(5) : median);
      findings.add(
          within
              .with(Reliability.wilson(within.value(), districts))
              .atLeast(customers == LARGE ? 0.95 : 0.9));
      findings.add(
          told(
                  "nobody comes for a day: share rung at the next look",
                  seed,
                  segments,
                  share(afterOutage, 1))
              .atLeast(1));
      return findings;
    }

    /**
     * Looks from the first bad day to the bell of a district; infinite if none within some days.
     */
    private double days(int district, int from, int within) {
      Instant begin = Town.start(from);
      return bell.rung().stream()
          .filter(one -> one.segment().equals("district=" + district(district)))
          .filter(one -> one.rungAt().isAfter(begin))
          .mapToDouble(one -> Math.floor(daysBetween(begin, one.rungAt())))
          .filter(days -> days <= within)
          .findFirst()
          .orElse(Double.POSITIVE_INFINITY);
    }
  }

  private static double daysBetween(Instant from, Instant to) {
    return Duration.between(from, to).toSeconds() / DAY_SECONDS;
  }

  private static double share(double[] delays, double days) {
    return Arrays.stream(delays).filter(delay -> delay <= days).count() / (double) delays.length;
  }

  /** Late feeds, a stopped feed, two holidays with make-up days, a price shock. */
  private static final class DisturbedYear {

    private static final int APP = 1;
    private static final int WEB = 2;
    private static final Duration LATE = Duration.ofHours(2);
    private static final Duration STOP = Duration.ofHours(48);
    private static final Duration SILENT_AFTER = Duration.ofHours(6);
    private static final Duration SETTLES = Duration.ofMinutes(30);

    // Days of the town, all Mondays; a holiday of three days and one of a week.
    private static final int STOPS = LEARNING + 56;
    private static final int SHORT_HOLIDAY = LEARNING + 140;
    private static final int LONG_HOLIDAY = LEARNING + 224;
    private static final int SHOCK = LEARNING + YEAR;
    private static final int LEAVE_WITHIN = 10;
    private static final int PLANS = 4;
    private static final double LEAVE = 0.25;
    private static final double QUIET = 0.45;
    private static final List<Double> WEEKDAYS = List.of(1.1, 1.1, 1.1, 1.1, 1.2, 0.8, 0.6);
    private static final double FRIDAY_ON_SATURDAY = 0.36 / 0.24;
    private static final double FRIDAY_ON_SUNDAY = 0.36 / 0.20;

    private final long seed;
    private final String size;
    private final Instant stopsAt = Town.start(STOPS).plus(Duration.ofHours(9));
    private final Map<Integer, Double> unusual = new TreeMap<>();
    private final BellReplay bell;
    private final BellReplay withoutCalendar;
    private final BellReplay withoutWatch;
    private final BellReplay withoutWaiting;

    DisturbedYear(long seed, int districts) {
      this.seed = seed;
      this.size = String.format(Locale.ROOT, "%d districts of %,d", districts, LARGE);
      for (int day = 0; day < 3; day++) {
        unusual.put(SHORT_HOLIDAY + day, QUIET);
      }
      unusual.put(SHORT_HOLIDAY + 5, FRIDAY_ON_SATURDAY);
      for (int day = 0; day < 7; day++) {
        unusual.put(LONG_HOLIDAY + day, QUIET);
      }
      unusual.put(LONG_HOLIDAY - 1, FRIDAY_ON_SUNDAY);
      unusual.put(LONG_HOLIDAY + 12, FRIDAY_ON_SATURDAY);
      OperationalCalendar plain =
          OperationalCalendar.of(ZoneOffset.UTC, WEEKDAYS, Map.of(), List.of());
      BellRules rules = rules("district, plan");
      bell = new BellReplay(rules, calendar(plain), (rhythm, looks) -> {});
      withoutCalendar = new BellReplay(rules, plain, (rhythm, looks) -> {});
      withoutWatch = new BellReplay(rules, calendar(plain), (rhythm, looks) -> {});
      withoutWaiting = new BellReplay(rules, calendar(plain), (rhythm, looks) -> {});
      List<Town.Resident> residents = new ArrayList<>();
      for (int i = 0; i < districts * LARGE; i++) {
        int district = i / LARGE;
        residents.add(
            new Town.Resident(
                district,
                i % 3 == 0 ? WEB : APP,
                Map.of("district", district(district), "plan", "p" + i % PLANS)));
      }
      Town town = new Town(seed, residents, plain);
      town.listen(bell, now -> feeds(rules, now, true));
      town.listen(withoutCalendar, now -> feeds(rules, now, true));
      town.listen(withoutWatch, now -> feeds(rules, now, false));
      town.listen(withoutWaiting, now -> BellReplay.Feeds.COMPLETE);
      town.live(SHOCK + 28, new Disturbances());
    }

    private OperationalCalendar calendar(OperationalCalendar plain) {
      Map<LocalDate, Double> days = new TreeMap<>();
      unusual.forEach(
          (day, activity) -> {
            LocalDate date = Town.FIRST.plusDays(day);
            double usual = plain.weight(date);
            days.put(date, usual * activity);
          });
      return OperationalCalendar.of(ZoneOffset.UTC, plain.weekdays(), days, List.of());
    }

    /**
     * How the sources stand: complete up to two hours ago. The app's feed stops for two days; six
     * hours on it is taken for silent, and half an hour after all has come for well again.
     *
     * @param watched false if nobody sees that it is silent, and it is believed to be complete
     */
    private BellReplay.Feeds feeds(BellRules rules, Instant now, boolean watched) {
      Instant reported = now.minus(LATE);
      Instant comesBack = stopsAt.plus(STOP).plus(LATE);
      boolean stopped = now.isAfter(stopsAt.plus(LATE)) && now.isBefore(comesBack);
      Instant ofApp = stopped && watched ? stopsAt : reported;
      boolean incident =
          watched
              && now.isAfter(stopsAt.plus(LATE).plus(SILENT_AFTER))
              && now.isBefore(comesBack.plus(SETTLES));
      return (source, rhythm, end) ->
          Standing.of(
              rhythm,
              end,
              Cadence.STREAM,
              source == APP && incident,
              source == APP ? ofApp : reported,
              true,
              rules.times().waitAtMost(),
              now);
    }

    private final class Disturbances implements Town.Circumstances {
      @Override
      public double activity(int day) {
        return unusual.getOrDefault(day, 1.0);
      }

      @Override
      public boolean away(int resident, int day) {
        // On the dearest plan; spread over the districts, and over ten days.
        int ofPlan = resident / PLANS;
        boolean leaves = resident % PLANS == PLANS - 1 && ofPlan % 100 < 100 * LEAVE;
        return leaves && day >= SHOCK + ofPlan % LEAVE_WITHIN;
      }

      @Override
      public Instant heard(int source, Instant at) {
        boolean held = source == APP && !at.isBefore(stopsAt) && at.isBefore(stopsAt.plus(STOP));
        return held ? stopsAt.plus(STOP).plus(LATE) : at.plus(LATE);
      }
    }

    List<Finding> findings() {
      List<Finding> findings = new ArrayList<>();
      findings.add(
          told("feeds two hours late: false alarms of the rest of the year", size, rest(bell))
              .atMost(3));
      findings.add(told("a feed stops for 48 hours: bells", size, in(bell, STOPS, 14)).atMost(0));
      findings.add(
          told("the same if nobody watched the feed: bells", size, in(withoutWatch, STOPS, 14)));
      findings.add(
          told(
              "the same if slots did not wait for the feeds: bells",
              size,
              in(withoutWaiting, STOPS, 14)));
      double holidays = in(bell, SHORT_HOLIDAY - 1, 16) + in(bell, LONG_HOLIDAY - 2, 21);
      findings.add(told("two holidays with make-up days: bells", size, holidays).atMost(0));
      findings.add(
          told(
              "the same without a calendar: bells",
              size,
              in(withoutCalendar, SHORT_HOLIDAY - 1, 16)
                  + in(withoutCalendar, LONG_HOLIDAY - 2, 21)));
      Instant shock = Town.start(SHOCK);
      double rang =
          bell.rung().stream()
              .filter(one -> one.segment().equals("plan=p" + (PLANS - 1)))
              .filter(one -> one.rungAt().isAfter(shock))
              .mapToDouble(one -> Math.floor(daysBetween(shock, one.rungAt())))
              .findFirst()
              .orElse(Double.POSITIVE_INFINITY);
      findings.add(
          told("a price shock, a quarter of a plan leaves: days to its bell", size, rang)
              .atMost(SOON));
      return findings;
    }

    private Finding told(String what, String n, double value) {
      return BellStudy.told(what, seed, n, value);
    }

    private static double in(BellReplay of, int day, int days) {
      return of.rung().stream().filter(one -> within(one, day, days)).count();
    }

    private static boolean within(Rung one, int day, int days) {
      return one.rungAt().isAfter(Town.start(day)) && one.rungAt().isBefore(Town.start(day + days));
    }

    /** What rang in the year beside what happened to it. */
    private static double rest(BellReplay of) {
      return of.rung().stream()
          .filter(one -> within(one, LEARNING, YEAR))
          .filter(one -> !within(one, STOPS, 14))
          .filter(one -> !within(one, SHORT_HOLIDAY - 1, 16))
          .filter(one -> !within(one, LONG_HOLIDAY - 2, 21))
          .count();
    }
  }
}
