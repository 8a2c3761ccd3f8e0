package dev.holdfast.simulation.study;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.Attendance;
import dev.holdfast.activity.Attendee;
import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import dev.holdfast.simulation.Outage;
import dev.holdfast.simulation.Population;
import dev.holdfast.simulation.Scenario;
import dev.holdfast.simulation.Segment;
import dev.holdfast.simulation.SimulatedCustomer;
import dev.holdfast.simulation.Simulation;
import dev.holdfast.training.CustomerHistory;
import dev.holdfast.training.Experiment;
import dev.holdfast.training.Exposures;
import dev.holdfast.training.Rehearsal;
import dev.holdfast.training.Replay;
import dev.holdfast.warning.Attending;
import dev.holdfast.warning.BellReplay;
import dev.holdfast.warning.BellRules;
import dev.holdfast.warning.CountChanges;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Is a fault of ours heard as one before it is taken for many leavers?
 *
 * <p>For three days nobody in one city can use the service, from the early evening on. The bell of
 * the cohort hears what reaches the company, by the hour and by the day, through the counts of the
 * service. Beside it stand the timers: a model learnt from another population of the same world
 * says the minute at which the risk of each customer of the city crosses the level of a campaign. A
 * crossing is the outage's doing if the same life without the outage does not cross by then.
 */
final class OutageStudy implements Study {

  private static final String CITY = "Shanghai";
  private static final Instant BEGINS = Instant.parse("2025-11-18T10:00:00Z");
  private static final Duration LASTS = Duration.ofDays(3);
  private static final Instant FROM = BEGINS.minus(Duration.ofDays(170));
  private static final Instant HEARD = BEGINS.plus(LASTS).plus(Duration.ofDays(1));
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration QUARTER = Duration.ofMinutes(15);
  private static final long MODEL_SEED = 1_000_003;
  private static final int MODEL_PART = 5;

  /** Lives for each customer asked for: about one in nine lives in the city. */
  private static final int LIVES = 2;

  /** As docs/example-campaign.yaml has it, and half of that. */
  private static final double[] LEVELS = {0.6, 0.3};

  @Override
  public String name() {
    return "outage";
  }

  @Override
  public String question() {
    return "Does the bell of a cohort ring before the first customer is taken for a leaver because"
        + " of an outage?";
  }

  @Override
  public List<Finding> run(Plan plan, Consumer<String> progress) {
    progress.accept("outage: a model of another population");
    int forModel = Math.max(Plan.FEWEST, plan.customers() / MODEL_PART);
    Histories histories = new Histories(forModel);
    new Simulation(Population.draw(MODEL_SEED, forModel, FROM), Scenario.ordinary(), HEARD)
        .advanceTo(BEGINS, histories);
    Rehearsal model =
        Rehearsal.of(
            experiment(BEGINS.minus(Duration.ofDays(32))), histories, Exposures.none(), progress);
    List<Finding> findings = new ArrayList<>();
    for (long seed : plan.seeds()) {
      progress.accept("outage: a world of seed " + seed);
      findings.addAll(new City(seed, plan.customers() * LIVES, model).findings());
    }
    return findings;
  }

  private static Experiment experiment(Instant cutoff) {
    return World.experiment(30, cutoff, 3, "logistic: {}", MODEL_SEED);
  }

  /** The holidays of the simulated world, as a company would have written them down. */
  private static OperationalCalendar calendar() {
    Map<LocalDate, Double> holidays = new TreeMap<>();
    LocalDate nationalDay = LocalDate.of(2025, 10, 1);
    for (int day = 0; day < 7; day++) {
      holidays.put(nationalDay.plusDays(day), 0.8);
    }
    return OperationalCalendar.of(
        ZoneOffset.UTC, List.of(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0), holidays, List.of());
  }

  /** One world with the outage and without. */
  private static final class City {

    private final long seed;
    private final Population population;
    private final Set<String> citizens = new HashSet<>();
    private final Rehearsal model;
    private final @Nullable Instant bell;
    private final @Nullable Instant bellOfAll;
    private final long bellsBefore;
    private final String who;
    private final Map<String, List<Event>> hit;
    private final Map<String, List<Event>> spared;

    City(long seed, int lives, Rehearsal model) {
      this.seed = seed;
      this.model = model;
      this.population = Population.draw(seed, lives, FROM);
      for (SimulatedCustomer one : population.customers()) {
        if (one.region().equals(CITY)) {
          citizens.add(one.externalId());
        }
      }
      this.who = String.format(Locale.ROOT, "%,d customers in the city", citizens.size());
      Outage outage = new Outage(Segment.ofRegion(CITY), BEGINS, LASTS, 1);
      Hearing hearing = new Hearing(population);
      this.hit = lived(Scenario.ordinary().with(outage), hearing);
      this.spared = lived(Scenario.ordinary(), null);
      this.bell = hearing.firstOf("region=" + CITY);
      this.bellOfAll = hearing.firstOf("all");
      this.bellsBefore = hearing.before();
    }

    /** The events of the city, in the order of arrival. */
    private Map<String, List<Event>> lived(Scenario scenario, @Nullable Hearing hearing) {
      Map<String, List<Event>> events = new HashMap<>();
      Simulation simulation = new Simulation(population, scenario, HEARD);
      simulation.followOnly(one -> hearing != null || citizens.contains(one.externalId()));
      Instant now = FROM;
      while (now.isBefore(HEARD)) {
        now = now.plus(now.isBefore(BEGINS) ? HOUR : QUARTER);
        simulation.advanceTo(
            now,
            event -> {
              if (citizens.contains(event.customer())) {
                events.computeIfAbsent(event.customer(), id -> new ArrayList<>()).add(event);
              }
              if (hearing != null) {
                hearing.take(event);
              }
            });
        if (hearing != null) {
          hearing.look(now);
        }
      }
      return events;
    }

    List<Finding> findings() {
      List<Finding> findings = new ArrayList<>();
      double rang = hours(bell);
      findings.add(told("hours from the outage to the bell of the city", rang));
      findings.add(told("hours from the outage to the bell of all customers", hours(bellOfAll)));
      findings.add(told("bells of any segment before the outage", bellsBefore));
      for (double level : LEVELS) {
        double first = Double.POSITIVE_INFINITY;
        int caused = 0;
        int others = 0;
        for (Map.Entry<String, List<Event>> one : hit.entrySet()) {
          Instant crossed = crossed(one.getValue(), level);
          if (crossed == null) {
            continue;
          }
          Instant anyway = crossed(spared.getOrDefault(one.getKey(), List.of()), level);
          if (anyway == null || anyway.isAfter(crossed)) {
            caused++;
            first = Math.min(first, hours(crossed));
          } else {
            others++;
          }
        }
        String at = String.format(Locale.ROOT, " at a level of %.1f", level);
        findings.add(told("episodes of the outage's doing" + at, caused));
        findings.add(told("episodes in that time that had come anyway" + at, others));
        findings.add(told("hours from the outage to the first of its doing" + at, first));
        findings.add(told("hours from the bell to that episode" + at, first - rang).atLeast(0));
      }
      return findings;
    }

    private Finding told(String what, double value) {
      return Finding.told("outage", what, Long.toString(seed), who, value);
    }

    /** Since the outage began; infinite for never. */
    private static double hours(@Nullable Instant at) {
      return at == null
          ? Double.POSITIVE_INFINITY
          : Duration.between(BEGINS, at).toMinutes() / 60.0;
    }

    /** When a customer who was below the level when the outage began first reaches it. */
    private @Nullable Instant crossed(List<Event> events, double level) {
      Alarm timer = Alarm.timer("timers", model::risk);
      TreeSet<Instant> changes = new TreeSet<>();
      changes.add(BEGINS);
      for (Event event : events) {
        Instant known =
            event.availableAt().isBefore(event.occurredAt())
                ? event.occurredAt()
                : event.availableAt();
        if (known.isAfter(BEGINS) && known.isBefore(HEARD)) {
          changes.add(known);
        }
      }
      Replay replay = new Replay(new CustomerHistory(1, once(events)).events());
      for (Instant at : changes) {
        ActivityState state = replay.at(at);
        if (state.lastUsageAt() == null || state.closed()) {
          return null;
        }
        if (at.equals(BEGINS) && model.risk(state, at) >= level) {
          return null;
        }
        Instant next = Objects.requireNonNullElse(changes.higher(at), HEARD);
        Instant crossed = timer.first(state, at, next, level).orElse(null);
        if (crossed != null) {
          return crossed;
        }
      }
      return null;
    }

    /** Without repeats. */
    private static List<Event> once(List<Event> events) {
      Set<String> ids = new HashSet<>();
      return events.stream().filter(event -> ids.add(event.id())).toList();
    }
  }

  /** What the company counts of a population as it hears of it, and the bell that listens. */
  private static final class Hearing {

    private static final int SOURCE = 1;

    private final OperationalCalendar calendar = calendar();
    private final BellRules rules = BellRules.standard().withSegments("region/plan");
    private final BellReplay bell = new BellReplay(rules, calendar, (rhythm, looks) -> {});
    private final Map<String, Integer> cells = new HashMap<>();
    private final Map<String, Attendee> attendees = new HashMap<>();
    private final Map<String, List<Event>> standings = new HashMap<>();
    private CountChanges changes = new CountChanges(calendar);

    Hearing(Population population) {
      for (SimulatedCustomer one : population.customers()) {
        cells.put(
            one.externalId(),
            bell.cell(SOURCE, Map.of("region", one.region(), "plan", one.plan())));
      }
    }

    void take(Event event) {
      String customer = event.customer();
      if (event.kind() == EventKind.STATUS) {
        standings.computeIfAbsent(customer, id -> new ArrayList<>()).add(event);
      } else if (!event.kind().isUse()) {
        return;
      }
      Attendee before = attendees.get(customer);
      List<Attendance> steps =
          Attending.steps(before == null ? null : before.attendance(), List.of(event), calendar);
      if (steps.isEmpty()) {
        return;
      }
      Attendee after =
          new Attendee(
              Objects.requireNonNull(cells.get(customer)),
              isAway(customer),
              steps.get(steps.size() - 1));
      changes.add(before, after);
      attendees.put(customer, after);
    }

    private boolean isAway(String customer) {
      List<Event> told = standings.get(customer);
      if (told == null) {
        return false;
      }
      ActivityState state = ActivityState.empty();
      told.stream()
          .sorted(Comparator.comparing(Event::occurredAt).thenComparing(Event::key))
          .distinct()
          .forEach(state::apply);
      return Attending.isAway(state);
    }

    void look(Instant now) {
      bell.add(changes);
      changes = new CountChanges(calendar);
      bell.lookUntil(now, BellReplay.Feeds.COMPLETE);
    }

    /** How many bells rang while nothing was wrong. */
    long before() {
      return bell.rung().stream().filter(one -> !one.rungAt().isAfter(BEGINS)).count();
    }

    /** When the bell of a segment itself first rang after the outage began; null if never. */
    @Nullable Instant firstOf(String segment) {
      return bell.rung().stream()
          .filter(one -> one.segment().equals(segment))
          .map(BellReplay.Rung::rungAt)
          .filter(at -> at.isAfter(BEGINS))
          .findFirst()
          .orElse(null);
    }
  }
}
