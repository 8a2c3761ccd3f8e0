package dev.holdfast.simulation;

import dev.holdfast.event.EventKind;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The life of one customer, lived day by day.
 *
 * <p>A hidden satisfaction S wanders around the customer's own mean (Ornstein-Uhlenbeck, in daily
 * steps). Failures of the service lower it, a resolved complaint lifts it. S drives how often the
 * customer uses the service, whether they complain, and the hazard of leaving exp(b0 - b1 S) per
 * day. Use is a renewal process with Erlang gaps in operational time: the clock runs fast on a busy
 * day and stands still while the line is suspended.
 */
final class Life {

  /** b0 and b1 of the hazard; b0 makes about one in four leave in a year. */
  private static final double HAZARD_AT_ZERO = -7.83;

  private static final double HAZARD_PER_SATISFACTION = 1.2;

  private static final double MEDIAN_USES_A_YEAR = 58;
  private static final double SPREAD_OF_USES = 0.75;
  private static final double FEWEST_USES_A_YEAR = 8;
  private static final double MOST_USES_A_YEAR = 400;
  private static final double USE_PER_SATISFACTION = 0.35;

  private static final double TOP_UPS_A_YEAR = 11;
  private static final int TOP_UP_REGULARITY = 4;
  private static final double LOGIN_SHARE = 0.4;

  private static final double RETURN_PER_DAY = 1.0 / 45;
  private static final double DAILY_SHOCK = 0.15;
  private static final double SPREAD_OF_MEANS = 0.45;

  private static final double FAILURES_A_YEAR = 1.4;
  private static final double SMALLEST_FAILURE = 0.5;
  private static final double MEAN_EXTRA_FAILURE = 0.5;
  private static final double COMPLAINT_AFTER_FAILURE = 0.3;
  private static final double COMPLAINT_RESOLVED = 0.8;
  private static final double LIFT_BY_RESOLUTION = 0.8;

  private static final double CONTACTS_A_YEAR = 1.8;
  private static final double CONTACT_PER_SATISFACTION = -0.35;
  private static final double SURVEY_AFTER_CONTACT = 0.3;
  private static final double OUTBOUND_A_YEAR = 0.8;
  private static final double SUSPENSIONS_A_YEAR = 0.03;
  private static final double CANCELS_WHEN_LEAVING = 0.15;

  private static final double DAYS_A_YEAR = 365;
  private static final List<String> TOPICS = List.of("bill", "coverage", "tariff", "device");
  private static final List<String> CONTACT_CHANNELS = List.of("phone", "phone", "chat");
  private static final Map<String, Integer> PRICES = Map.of("basic", 20, "plus", 40, "family", 70);
  private static final double CNY_PER_UNIT = 3;

  private final SimulatedCustomer customer;
  private final Draws draws;
  private final int regularity;
  private final double usesADay;
  private final double meanSatisfaction;

  private double satisfaction;
  private double untilUse;
  private double untilTopUp;
  private int complaints;
  private @Nullable LocalDate complains;
  private @Nullable LocalDate isHeard;
  private @Nullable LocalDate resumes;
  private @Nullable Instant leftAt;
  private boolean cancelled;

  Life(SimulatedCustomer customer, Draws draws) {
    this.customer = customer;
    this.draws = draws;
    double kind = draws.uniform();
    regularity = kind < 0.4 ? 1 : kind < 0.75 ? 2 : 4;
    double usesAYear = MEDIAN_USES_A_YEAR * StrictMath.exp(SPREAD_OF_USES * draws.gaussian());
    usesADay = Math.max(FEWEST_USES_A_YEAR, Math.min(MOST_USES_A_YEAR, usesAYear)) / DAYS_A_YEAR;
    meanSatisfaction = SPREAD_OF_MEANS * draws.gaussian();
    satisfaction =
        meanSatisfaction + DAILY_SHOCK / Math.sqrt(2 * RETURN_PER_DAY) * draws.gaussian();
    untilUse = draws.erlang(regularity) * draws.uniform();
    untilTopUp = draws.erlang(TOP_UP_REGULARITY) * draws.uniform();
  }

  /** The hazard of leaving, per day, of a customer with this satisfaction. */
  static double hazardPerDay(double satisfaction) {
    return StrictMath.exp(HAZARD_AT_ZERO - HAZARD_PER_SATISFACTION * satisfaction);
  }

  /** Lives one local day and tells what happened, in no particular order. */
  void live(LocalDate day, Consumer<Happening> tell) {
    ZoneId zone = customer.zone();
    Day today =
        new Day(day.atStartOfDay(zone).toInstant(), day.plusDays(1).atStartOfDay(zone).toInstant());
    if (!customer.joinedAt().isBefore(today.end())) {
      return;
    }
    if (leftAt == null) {
      liveAsCustomer(day, today, tell);
    }
    if (draws.chance(OUTBOUND_A_YEAR / DAYS_A_YEAR)) {
      tell.accept(Happening.of(today.at(draws.uniform()), EventKind.OUTBOUND, "newsletter", "sms"));
    }
  }

  Truth truth() {
    return new Truth(
        customer.externalId(),
        customer.joinedAt(),
        leftAt,
        cancelled,
        complaints,
        satisfaction,
        hazardPerDay(satisfaction));
  }

  private void liveAsCustomer(LocalDate day, Day today, Consumer<Happening> tell) {
    Instant begins = today.start();
    if (!customer.joinedAt().isBefore(today.start())) {
      begins = customer.joinedAt();
      tell.accept(Happening.of(begins, EventKind.STATUS, "activated", null));
    }
    satisfaction +=
        RETURN_PER_DAY * (meanSatisfaction - satisfaction) + DAILY_SHOCK * draws.gaussian();
    failAndComplain(day, today, tell);
    boolean active = suspendOrResume(day, today, tell);

    Instant ends =
        active && draws.chance(-StrictMath.expm1(-hazardPerDay(satisfaction)))
            ? leave(begins, today, tell)
            : today.end();
    if (!active) {
      return;
    }
    use(day, today, begins, ends, tell);
    contact(today, begins, ends, tell);
  }

  private void failAndComplain(LocalDate day, Day today, Consumer<Happening> tell) {
    if (draws.chance(FAILURES_A_YEAR / DAYS_A_YEAR)) {
      satisfaction -= SMALLEST_FAILURE + draws.exponential(MEAN_EXTRA_FAILURE);
      if (complains == null && isHeard == null && draws.chance(COMPLAINT_AFTER_FAILURE)) {
        complains = day.plusDays(draws.wholeBetween(1, 3));
      }
    }
    if (day.equals(complains)) {
      complains = null;
      complaints++;
      if (draws.chance(COMPLAINT_RESOLVED)) {
        isHeard = day.plusDays(draws.wholeBetween(1, 10));
      }
      tell.accept(complaint(today, "complaint-opened"));
    }
    if (day.equals(isHeard)) {
      isHeard = null;
      satisfaction += LIFT_BY_RESOLUTION;
      tell.accept(complaint(today, "complaint-closed"));
    }
  }

  private Happening complaint(Day today, String name) {
    Instant at = today.at(Season.partOfDay(draws.uniform()));
    return Happening.of(at, EventKind.COMPLAINT, name, "phone")
        .with("complaintId", customer.externalId() + "-" + complaints);
  }

  /** Returns whether the line is active today. */
  private boolean suspendOrResume(LocalDate day, Day today, Consumer<Happening> tell) {
    if (resumes != null) {
      if (day.isBefore(resumes)) {
        return false;
      }
      resumes = null;
      tell.accept(Happening.of(today.start(), EventKind.STATUS, "resumed", null));
      return true;
    }
    if (draws.chance(SUSPENSIONS_A_YEAR / DAYS_A_YEAR)) {
      resumes = day.plusDays(draws.wholeBetween(10, 40));
      tell.accept(Happening.of(today.at(draws.uniform()), EventKind.STATUS, "suspended", null));
      return false;
    }
    return true;
  }

  private Instant leave(Instant begins, Day today, Consumer<Happening> tell) {
    Instant at = today.at(draws.uniform());
    Instant left = at.isBefore(begins) ? begins : at;
    leftAt = left;
    cancelled = draws.chance(CANCELS_WHEN_LEAVING);
    if (cancelled) {
      tell.accept(Happening.of(left, EventKind.CANCELLATION, "cancellation", "phone"));
      tell.accept(Happening.of(left.plusSeconds(60), EventKind.STATUS, "closed", null));
    }
    return left;
  }

  private void use(
      LocalDate day, Day today, Instant begins, Instant ends, Consumer<Happening> tell) {
    double season = Season.ofDay(day, customer.zone());
    double clock = usesADay * season * StrictMath.exp(USE_PER_SATISFACTION * satisfaction);
    double gone = untilUse;
    while (gone < clock) {
      Instant at = today.at(Season.partOfDay(gone / clock));
      if (!at.isBefore(begins) && at.isBefore(ends)) {
        tell.accept(usage(at));
      }
      gone += draws.erlang(regularity);
    }
    untilUse = gone - clock;

    untilTopUp -= TOP_UPS_A_YEAR / DAYS_A_YEAR * season;
    if (untilTopUp < 0) {
      untilTopUp += draws.erlang(TOP_UP_REGULARITY);
      Instant at = today.at(Season.partOfDay(draws.uniform()));
      if (!at.isBefore(begins) && at.isBefore(ends)) {
        tell.accept(Happening.of(at, EventKind.PURCHASE, "top-up", "app").costing(price()));
      }
    }
  }

  private Happening usage(Instant at) {
    if (draws.chance(LOGIN_SHARE)) {
      return Happening.of(at, EventKind.USAGE, "login", draws.chance(0.7) ? "app" : "web");
    }
    return Happening.of(at, EventKind.USAGE, "data-session", "app")
        .with("megabytes", (int) Math.ceil(draws.exponential(120)));
  }

  private void contact(Day today, Instant begins, Instant ends, Consumer<Happening> tell) {
    double contactsADay =
        CONTACTS_A_YEAR / DAYS_A_YEAR * StrictMath.exp(CONTACT_PER_SATISFACTION * satisfaction);
    if (!draws.chance(contactsADay)) {
      return;
    }
    Instant at = today.at(Season.partOfDay(draws.uniform()));
    if (at.isBefore(begins) || !at.isBefore(ends)) {
      return;
    }
    tell.accept(
        Happening.of(at, EventKind.INTERACTION, "contact", draws.oneOf(CONTACT_CHANNELS))
            .with("topic", draws.oneOf(TOPICS)));
    if (draws.chance(SURVEY_AFTER_CONTACT)) {
      long rating = Math.round(3.6 + satisfaction + 0.6 * draws.gaussian());
      Instant answered = at.plusSeconds(draws.wholeBetween(60, 3600));
      if (answered.isBefore(ends)) {
        tell.accept(
            Happening.of(answered, EventKind.FEEDBACK, "survey", "sms")
                .with("rating", (int) Math.max(1, Math.min(5, rating))));
      }
    }
  }

  private BigDecimal price() {
    double price = PRICES.getOrDefault(customer.plan(), 20) * draws.between(0.5, 1.5);
    double local = customer.currency().equals("CNY") ? price * CNY_PER_UNIT : price;
    return new BigDecimal(String.format(Locale.ROOT, "%.4f", local))
        .setScale(2, RoundingMode.HALF_UP);
  }

  /** One local day; 23 or 25 hours long when clocks change. */
  private record Day(Instant start, Instant end) {

    Instant at(double part) {
      long millis = (long) (Duration.between(start, end).toMillis() * Math.min(part, 0.999_999));
      return start.plusMillis(millis);
    }
  }
}
