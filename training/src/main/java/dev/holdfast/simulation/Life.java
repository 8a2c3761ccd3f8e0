package dev.holdfast.simulation;

import dev.holdfast.event.EventKind;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The life of one customer, lived day by day.
 *
 * <p>A customer leaves at the instant at which the cumulated hazard exceeds a threshold drawn at
 * the beginning, exponential with mean 1. So whatever lowers the hazard lets the same customer stay
 * longer, and never shorter; and nothing else in the life depends on it, up to that instant. Use is
 * a renewal process with Erlang gaps in operational time.
 */
final class Life {

  private static final int TOP_UP_REGULARITY = 4;
  private static final double LOGIN_SHARE = 0.4;
  private static final double SURVEY_AFTER_CONTACT = 0.3;
  private static final double MEAN_RATING = 3.6;
  private static final double RATING_NOISE = 0.6;
  private static final double NEWSLETTERS_A_DAY = 0.8 / 365;
  private static final double CANCELS_WHEN_LEAVING = 0.15;
  private static final double NEWS_OF_PRICES = 0.4;
  private static final long NOT_YET = Long.MIN_VALUE;
  private static final long NEVER = Long.MAX_VALUE;

  private static final List<String> TOPICS = List.of("bill", "coverage", "tariff", "device");
  private static final List<String> CONTACT_CHANNELS = List.of("phone", "phone", "chat");
  private static final Map<String, Integer> PRICES = Map.of("basic", 20, "plus", 40, "family", 70);
  private static final double CNY_PER_UNIT = 3;

  private final long seed;
  private final int index;
  private final SimulatedCustomer customer;
  private final long joinedAt;
  private final Condition condition;
  private final Renewal uses;
  private final Renewal topUps;
  private final Draws contacts;
  private final Draws newsletters;
  private final boolean cancelsWhenLeaving;

  private double untilLeaving;
  private double untilContact;
  private double untilNewsletter;
  private long leftAt = NEVER;
  private long lastUseAt = NOT_YET;
  private int visitsByCall;

  Life(Population population, int index, Scenario scenario) {
    seed = population.seed();
    this.index = index;
    customer = population.customers().get(index);
    joinedAt = customer.joinedAt().toEpochMilli();
    condition = Condition.atFirst(population, index, scenario);
    uses =
        new Renewal(
            condition.traits().regularity(), Draws.ofCustomer(seed, index, Draws.Purpose.USE));
    topUps = new Renewal(TOP_UP_REGULARITY, Draws.ofCustomer(seed, index, Draws.Purpose.TOP_UP));
    contacts = Draws.ofCustomer(seed, index, Draws.Purpose.CONTACT);
    newsletters = Draws.ofCustomer(seed, index, Draws.Purpose.NEWSLETTER);
    Draws leaving = Draws.ofCustomer(seed, index, Draws.Purpose.LEAVING);
    untilLeaving = leaving.exponential(1);
    cancelsWhenLeaving = leaving.chance(CANCELS_WHEN_LEAVING);
    untilContact = contacts.exponential(1);
    untilNewsletter = newsletters.exponential(1);
  }

  /** The share of leavers who say so. */
  static double shareWhoCancel() {
    return CANCELS_WHEN_LEAVING;
  }

  /** Probability that who answers a survey at this satisfaction gives this rating, 1 to 5. */
  static double probabilityOfRating(int rating, double satisfaction) {
    double centre = MEAN_RATING + satisfaction;
    double above = rating >= 5 ? 1 : Normal.probability((rating + 0.5 - centre) / RATING_NOISE);
    double below = rating <= 1 ? 0 : Normal.probability((rating - 0.5 - centre) / RATING_NOISE);
    return above - below;
  }

  /** Regularity of top-ups, as of {@link Renewal}. */
  static int topUpRegularity() {
    return TOP_UP_REGULARITY;
  }

  /**
   * Lives one local day; days come in order.
   *
   * @param tell is told what happened, in no particular order; null if nobody wants to know, which
   *     changes nothing in the life
   */
  void live(Day day, @Nullable Consumer<Happening> tell) {
    if (joinedAt >= day.end()) {
      return;
    }
    if (leftAt == NEVER) {
      liveAsCustomer(day, tell);
    }
    untilNewsletter -= NEWSLETTERS_A_DAY;
    if (untilNewsletter < 0) {
      untilNewsletter = newsletters.exponential(1);
      Instant at = Instant.ofEpochMilli(day.at(newsletters.uniform()));
      if (tell != null) {
        tell.accept(Happening.of(at, EventKind.OUTBOUND, "newsletter", "sms"));
      }
    }
  }

  /** Makes a retention call; returns whether it reaches the customer. */
  boolean call(Instant at) {
    return condition.calls().make(at);
  }

  /** Makes a retention call that reaches the customer for certain. */
  void callAndReach(Instant at) {
    condition.calls().makeAndReach(at);
  }

  /** How many calls were made. */
  int callsMade() {
    return condition.calls().made();
  }

  /** The instant from which they are gone, or null if they are there when {@code now} comes. */
  @Nullable Instant leftBy(Instant now) {
    return leftAt < now.toEpochMilli() ? Instant.ofEpochMilli(leftAt) : null;
  }

  /** True if they told the company when they left. */
  boolean cancelled() {
    return leftAt != NEVER && cancelsWhenLeaving;
  }

  Truth truth(Instant now) {
    Instant left = leftBy(now);
    return new Truth(
        customer.externalId(),
        customer.joinedAt(),
        left,
        left != null && cancelsWhenLeaving,
        condition.mood().complaints(),
        condition.mood().satisfaction(),
        condition.hazard(),
        lastUseAt == NOT_YET ? null : Instant.ofEpochMilli(lastUseAt),
        condition.calls().effectOfOne(),
        condition.calls().made(),
        condition.calls().reached(),
        condition.circumstances().outagesBefore(now));
  }

  private void liveAsCustomer(Day day, @Nullable Consumer<Happening> tell) {
    long begins = Math.max(joinedAt, day.start());
    condition.live(day);
    double hazard = condition.hazard();
    if (untilLeaving < hazard) {
      leftAt = begins + (long) ((day.end() - begins) * (untilLeaving / hazard));
    }
    untilLeaving -= hazard;
    long ends = Math.min(day.end(), leftAt);
    use(day, begins, ends, tell);
    contact(day, begins, ends, tell);
    if (tell != null) {
      tellNews(day, begins, ends, tell);
    }
  }

  private void use(Day day, long begins, long ends, @Nullable Consumer<Happening> tell) {
    Service service = condition.service();
    double uncut = condition.uses();
    double clock = uncut * service.share();
    while (uses.until() < clock) {
      long at = day.at(service.partBy(uses.until() / uncut));
      if (at >= begins && at < ends) {
        lastUseAt = Math.max(lastUseAt, at);
        if (tell != null) {
          tell.accept(usage(at));
        }
      }
      uses.occur();
    }
    uses.pass(clock);

    uncut = condition.topUps();
    clock = uncut * service.share();
    while (topUps.until() < clock) {
      long at = day.at(service.partBy(topUps.until() / uncut));
      if (at >= begins && at < ends) {
        lastUseAt = Math.max(lastUseAt, at);
        if (tell != null) {
          tell.accept(
              Happening.of(Instant.ofEpochMilli(at), EventKind.PURCHASE, "top-up", "app")
                  .costing(price(at)));
        }
      }
      topUps.occur();
    }
    topUps.pass(clock);
  }

  private Happening usage(long millis) {
    Draws details = detailsOf(millis);
    Instant at = Instant.ofEpochMilli(millis);
    if (details.chance(LOGIN_SHARE)) {
      return Happening.of(at, EventKind.USAGE, "login", details.chance(0.7) ? "app" : "web");
    }
    return Happening.of(at, EventKind.USAGE, "data-session", "app")
        .with("megabytes", (int) Math.ceil(details.exponential(120)));
  }

  private BigDecimal price(long at) {
    double price = PRICES.getOrDefault(customer.plan(), 20) * detailsOf(at).between(0.5, 1.5);
    double local = customer.currency().equals("CNY") ? price * CNY_PER_UNIT : price;
    return BigDecimal.valueOf(Math.round(local * 100), 2);
  }

  private void contact(Day day, long begins, long ends, @Nullable Consumer<Happening> tell) {
    untilContact -= condition.contacts();
    if (untilContact >= 0) {
      return;
    }
    untilContact = contacts.exponential(1);
    long at = day.at(Season.partOfDay(contacts.uniform()));
    if (tell == null || at < begins || at >= ends) {
      return;
    }
    Draws details = detailsOf(at);
    tell.accept(
        Happening.of(
                Instant.ofEpochMilli(at),
                EventKind.INTERACTION,
                "contact",
                details.oneOf(CONTACT_CHANNELS))
            .with("topic", details.oneOf(TOPICS)));
    if (details.chance(SURVEY_AFTER_CONTACT)) {
      long rating =
          Math.round(
              MEAN_RATING + condition.mood().satisfaction() + RATING_NOISE * details.gaussian());
      long answered = at + details.wholeBetween(60, 3600) * 1000L;
      if (answered < ends) {
        tell.accept(
            Happening.of(Instant.ofEpochMilli(answered), EventKind.FEEDBACK, "survey", "sms")
                .with("rating", (int) Math.max(1, Math.min(5, rating))));
      }
    }
  }

  /** What is rare, and what the company itself does. */
  private void tellNews(Day day, long begins, long ends, Consumer<Happening> tell) {
    if (joinedAt >= day.start()) {
      tell.accept(status(begins, "activated"));
    }
    Mood mood = condition.mood();
    if (mood.complainedToday()) {
      tell.accept(complaint(day, "complaint-opened"));
    }
    if (mood.heardToday()) {
      tell.accept(complaint(day, "complaint-closed"));
    }
    if (condition.line().changedToday()) {
      tell.accept(
          condition.line().suspended()
              ? status(day.at(detailsOf(day.start()).uniform()), "suspended")
              : status(day.start(), "resumed"));
    }
    PriceIncrease increase = condition.circumstances().toldOn(day);
    if (increase != null) {
      Instant at = Instant.ofEpochMilli(day.at(NEWS_OF_PRICES));
      tell.accept(
          Happening.of(at, EventKind.CONTRACT, "price-increased", "sms")
              .with("percent", increase.percent()));
    }
    if (condition.calls().inducesUseToday()) {
      visit(day, ends, tell);
    }
    if (leftAt != NEVER && cancelsWhenLeaving) {
      Instant left = Instant.ofEpochMilli(leftAt);
      tell.accept(Happening.of(left, EventKind.CANCELLATION, "cancellation", "phone"));
      tell.accept(status(leftAt + 60_000, "closed"));
    }
  }

  /** Looks in on the service because of a call; not what the customer would have done alone. */
  private void visit(Day day, long ends, Consumer<Happening> tell) {
    long at = day.at(NEWS_OF_PRICES);
    if (at < ends) {
      tell.accept(
          Happening.of(Instant.ofEpochMilli(at), EventKind.USAGE, "login", "app")
              .with("induced", true)
              .booked("visit-" + visitsByCall++));
    }
  }

  private Happening complaint(Day day, String name) {
    double share = detailsOf(day.start()).uniform();
    Instant at = Instant.ofEpochMilli(day.at(Season.partOfDay(share)));
    return Happening.of(at, EventKind.COMPLAINT, name, "phone")
        .with("complaintId", customer.externalId() + "-" + condition.mood().complaints());
  }

  /** Of what happened at an instant: no other happening, or its absence, changes them. */
  private Draws detailsOf(long at) {
    return Draws.ofOccasion(seed, index, Draws.Purpose.DETAIL, at);
  }

  private static Happening status(long at, String name) {
    return Happening.of(Instant.ofEpochMilli(at), EventKind.STATUS, name, null);
  }
}
