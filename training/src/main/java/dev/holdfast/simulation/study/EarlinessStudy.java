package dev.holdfast.simulation.study;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.evaluation.Interval;
import dev.holdfast.simulation.Population;
import dev.holdfast.simulation.Scenario;
import dev.holdfast.simulation.Simulation;
import dev.holdfast.simulation.Truth;
import dev.holdfast.training.Experiment;
import dev.holdfast.training.Exposures;
import dev.holdfast.training.Rehearsal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How soon after the last use a bell rings for daily users who have left without a word: by the
 * timers of the service, by a daily run of the same model and by a rule of idle days, all at as
 * many false alarms.
 *
 * <p>Daily users are those seen on two days in three of the first sixty. The model learns from the
 * hundred days before its cut-off; listened to are the four months after its test window, once. Two
 * levels are asked for: at one as many false alarms are rung as the rule of four idle days rings,
 * at the other a quarter of them, for which the rule has to wait longer.
 */
final class EarlinessStudy implements Study {

  /** So many lives are drawn for each customer asked for; about one in eighty is a daily user. */
  private static final int LIVES = 6;

  private static final int DAYS_SEEN = 40;
  // A market in which customers are fought for: the same lives, more leavers to measure on.
  private static final double HAZARD_FACTOR = 3;
  private static final Instant CUTOFF = Instant.parse("2025-08-31T00:00:00Z");
  private static final Instant FROM = CUTOFF.minus(Duration.ofDays(160));
  private static final Instant DAILY_FROM = FROM.plus(Duration.ofDays(60));
  private static final Instant START = CUTOFF.plus(Duration.ofDays(16));
  private static final Instant END = START.plus(Duration.ofDays(120));
  private static final Instant HEARD = END.plus(Duration.ofDays(30));

  private static final double IDLE_DAYS = 4;
  private static final double SOON_DAYS = 5;
  private static final double LATEST_DAYS = 14;
  private static final Duration RUN_AT = Duration.ofHours(3);
  private static final int ROUNDS = 400;

  private static final int RULE = 0;
  private static final int TIMERS = 1;
  private static final int DAILY = 2;

  @Override
  public String name() {
    return "earliness";
  }

  @Override
  public String question() {
    return "How soon after their last use is a bell rung for daily users who left without a word,"
        + " at equal false alarms?";
  }

  @Override
  public List<Finding> run(Plan plan, Consumer<String> progress) {
    List<Finding> findings = new ArrayList<>();
    for (long seed : plan.seeds()) {
      progress.accept("earliness: a world of seed " + seed);
      findings.addAll(ofOne(seed, plan.customers() * LIVES, progress));
    }
    return findings;
  }

  /** The settings of {@code training/experiments/early-bell.yaml} at the study's cut-off. */
  private static Experiment experiment(long seed) {
    return Experiment.parse(
        """
        name: early-bell
        churn:
          horizon: P14D
          maximumIdleDays: 14
        lateness: P1D
        minimumHistoryDays: 60
        snapshots:
          cutoff: %s
          spacingDays: 5
          count: 18
          fade: 1
        features:
          families: [silence, rhythm, rate, trend, history]
        logistic:
          c: 0.03
        calibration: platt
        seed: %d
        """
            .formatted(CUTOFF, seed),
        "the experiment of daily users");
  }

  private List<Finding> ofOne(long seed, int lives, Consumer<String> progress) {
    Population population = Population.draw(seed, lives, FROM);
    Scenario scenario = Scenario.ordinary().withHazardFactor(HAZARD_FACTOR);
    int[] seen = daysSeen(population, scenario);
    Simulation simulation = new Simulation(population, scenario, HEARD);
    simulation.followOnly(
        customer -> seen[(int) Histories.idOf(customer.externalId()) - 1] >= DAYS_SEEN);
    Histories histories = new Histories(lives);
    simulation.advanceTo(HEARD, histories);
    Map<Long, Truth> truths = new HashMap<>();
    simulation.truth().forEach(truth -> truths.put(Histories.idOf(truth.externalId()), truth));

    Rehearsal model = Rehearsal.of(experiment(seed), histories, Exposures.none(), progress);
    List<Alarm> alarms =
        List.of(
            Alarm.timer("idle rule", ActivityState::idleDays),
            Alarm.timer("timers", model::risk),
            Alarm.daily("daily run at 03:00", model::risk, RUN_AT, Duration.ZERO),
            Alarm.daily("daily run on yesterday's data", model::risk, RUN_AT, RUN_AT));
    progress.accept("earliness: listening to " + histories.all().size() + " daily users");
    Earliness earliness =
        new Earliness(
            histories,
            new Listening(
                START, END, HEARD, (customer, lastUse, next) -> end(truths.get(customer), next)),
            alarms,
            customer -> daysThere(truths.get(customer.customerId())));
    int allowed = earliness.falseAlarms(RULE, IDLE_DAYS);
    List<Finding> findings = new ArrayList<>();
    for (int part : new int[] {1, 4}) {
      Earliness.Heard heard = earliness.at(allowed / part);
      String often = part == 1 ? "as the 4-day rule" : "a quarter as often";
      findings.addAll(new Point(seed, earliness, alarms, heard, often).findings());
    }
    return findings;
  }

  /** On how many of the first days each life was seen. */
  private static int[] daysSeen(Population population, Scenario scenario) {
    int[] days = new int[population.customers().size()];
    long[] latest = new long[days.length];
    Simulation first = new Simulation(population, scenario, HEARD);
    first.advanceTo(
        DAILY_FROM,
        event -> {
          if (event.kind().isUse()) {
            int index = (int) Histories.idOf(event.customer()) - 1;
            long day = event.occurredAt().getEpochSecond() / Duration.ofDays(1).toSeconds();
            // A use that comes behind its day's successor may count twice; that is rare and no
            // harm.
            days[index] += day == latest[index] ? 0 : 1;
            latest[index] = day;
          }
        });
    return days;
  }

  private static Silence.End end(@Nullable Truth truth, @Nullable Instant next) {
    if (next != null || truth == null || truth.leftAt() == null) {
      return Silence.End.RETURNED;
    }
    return truth.cancelled() ? Silence.End.UNKNOWN : Silence.End.LEFT;
  }

  private static double daysThere(@Nullable Truth truth) {
    Instant left = truth == null ? null : truth.leftAt();
    Instant until = left == null || left.isAfter(END) ? END : left;
    return Math.max(0, Duration.between(START, until).toMinutes() / (double) (24 * 60));
  }

  /** What the alarms of one world are worth at one allowance of false alarms. */
  private record Point(
      long seed, Earliness earliness, List<Alarm> alarms, Earliness.Heard heard, String often) {

    List<Finding> findings() {
      List<Finding> findings = new ArrayList<>();
      for (int k = 0; k < alarms.size(); k++) {
        String who = alarms.get(k).name();
        double rate = heard.falseAlarms()[k] / earliness.customerMonths();
        findings.add(told("false alarms per customer-month, " + who, rate));
        findings.add(told("share rung within 5 days, " + who, heard.of(k, Point::soon)));
        findings.add(told("median days, " + who, heard.of(k, Earliness::median)));
        findings.add(told("mean days, " + who, heard.of(k, Point::mean)));
      }
      for (int rival : new int[] {RULE, DAILY}) {
        String less = ", timers less " + alarms.get(rival).name();
        findings.add(less("share rung within 5 days" + less, rival, Point::soon).atLeast(0));
        findings.add(less("median days" + less, rival, Earliness::median).below(0));
        findings.add(less("mean days" + less, rival, Point::mean).below(0));
      }
      return findings;
    }

    private Finding told(String what, double value) {
      String n =
          String.format(
              Locale.ROOT,
              "%,d leavers, %,.0f customer-months",
              earliness.leavers(),
              earliness.customerMonths());
      return Finding.told("earliness", often + ": " + what, Long.toString(seed), n, value);
    }

    private Finding less(String what, int rival, Earliness.Heard.Measure measure) {
      Interval difference = heard.difference(TIMERS, rival, measure, ROUNDS, seed);
      return told(what, difference.value()).with(difference);
    }

    private static double soon(double[] delays) {
      return Earliness.shareWithin(delays, SOON_DAYS);
    }

    private static double mean(double[] delays) {
      return Earliness.meanUpTo(delays, LATEST_DAYS);
    }
  }
}
