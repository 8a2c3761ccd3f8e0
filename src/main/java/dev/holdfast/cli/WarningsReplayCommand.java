package dev.holdfast.cli;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.QuoteStrategies;
import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.calendar.Calendars;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Problem;
import dev.holdfast.warning.BellReplay.Rung;
import dev.holdfast.warning.BellReplay.Shown;
import dev.holdfast.warning.BellReplays;
import dev.holdfast.warning.BellRules;
import dev.holdfast.warning.Rhythm;
import dev.holdfast.warning.WeekOnWeek;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What the bell for a cohort would have rung over the stored history. */
@Command(
    name = "replay",
    description = {
      "Rings the bell for a cohort over the stored events with settings of your choice, beside the"
          + " rule \"fewer than last week\". Writes nothing.",
      "What is not given is as it is set now."
    })
class WarningsReplayCommand implements Callable<Integer> {

  private static final double DAYS_A_YEAR = 365;

  @Option(
      names = "--from",
      paramLabel = "INSTANT",
      description = "bells from then on, such as 2026-01-01T00:00Z; what was before is learnt from")
  @Nullable String from;

  @Option(names = "--to", paramLabel = "INSTANT", description = "up to then (by default now)")
  @Nullable String to;

  @Option(
      names = "--budget",
      paramLabel = "A",
      description = "false alarms a year of all segments together, above 0")
  @Nullable Double budget;

  @Option(
      names = "--least-drop",
      paramLabel = "X",
      description = "share of the expected visits that must be missing, 0 to 1")
  @Nullable Double leastDrop;

  @Option(
      names = "--least-missing",
      paramLabel = "N",
      description = "visits that must be missing, 0 or more")
  @Nullable Double leastMissing;

  @Option(
      names = "--segments",
      paramLabel = "PATHS",
      description = "profile values such as \"region/plan, cohort\"; empty for all customers only")
  @Nullable String segments;

  @Option(
      names = "--by-the-hour",
      paramLabel = "N",
      description = "how many segments are watched by the hour too, 0 for none")
  @Nullable Integer byTheHour;

  @Option(
      names = "--calendar",
      paramLabel = "FILE",
      description = "holidays and outages of this file, as holdfast calendar set reads it")
  @Nullable Path calendar;

  @Option(
      names = "--naive",
      paramLabel = "X",
      defaultValue = "0.2",
      description = "share missing against last week for the naive rule (default 0.2)")
  double naive;

  @Option(names = "--csv", description = "the incidents as CSV")
  boolean csv;

  @Inject BellReplays replays;
  @Inject Calendars calendars;
  @Inject BusinessClock clock;

  @Override
  public Integer call() throws IOException {
    BellReplays.Plan plan = plan();
    BellReplays.Outcome outcome = replays.replay(plan);
    if (csv) {
      System.out.print(csv(outcome.rung()));
    } else {
      print(plan.rules(), outcome);
    }
    return 0;
  }

  private BellReplays.Plan plan() throws IOException {
    OperationalCalendar days = calendar();
    Instant begin = from == null ? null : Instants.parse(from);
    Instant end = to == null ? clock.now() : Instants.parse(to);
    try {
      return new BellReplays.Plan(rules(), days, begin, end, naive);
    } catch (IllegalArgumentException wrong) {
      throw Problem.badRequest(String.valueOf(wrong.getMessage()));
    }
  }

  private BellRules rules() {
    BellRules rules = replays.rules();
    if (budget != null) {
      rules = rules.withFalseAlarmsAYear(budget);
    }
    rules =
        rules.withGate(
            leastDrop == null ? rules.gate().leastDrop() : leastDrop,
            leastMissing == null ? rules.gate().leastMissing() : leastMissing);
    if (segments != null) {
      rules = rules.withSegments(segments);
    }
    if (byTheHour != null) {
      rules = rules.withSegmentsByTheHour(byTheHour);
    }
    return rules;
  }

  private OperationalCalendar calendar() throws IOException {
    return calendar == null ? calendars.inForce() : CalendarCommand.read(calendar);
  }

  private static void print(BellRules rules, BellReplays.Outcome outcome) {
    Instant begin = outcome.from();
    if (begin == null) {
      System.out.println(
          outcome.customers() == 0
              ? "No customer has used the service; there is nothing to replay."
              : "Nothing could ring up to "
                  + outcome.to()
                  + ": what is usual is known after some three months of use.");
      return;
    }
    double years = Duration.between(begin, outcome.to()).toHours() / (24 * DAYS_A_YEAR);
    System.out.printf(
        Locale.ROOT,
        "%s to %s: %,d customers, %,d segments by the day and %,d by the hour%n",
        begin,
        outcome.to(),
        outcome.customers(),
        watched(outcome, Rhythm.DAY),
        watched(outcome, Rhythm.HOUR));
    System.out.printf(
        Locale.ROOT,
        "Rings above %.2f standard deviations (%.3g false alarms a year for all, %.2g in this time)"
            + " and from %.0f%% and %.0f missing visits on%n%n",
        outcome.limit(),
        rules.falseAlarmsAYear(),
        rules.falseAlarmsAYear() * years,
        100 * rules.gate().leastDrop(),
        rules.gate().leastMissing());
    System.out.printf("%,d incidents%n", outcome.rung().size());
    outcome.rung().forEach(WarningsReplayCommand::print);
    WeekOnWeek week = outcome.naive();
    System.out.printf(
        Locale.ROOT,
        "%nThe rule \"%.0f%% fewer than on the same weekday of last week\" would have rung %,d"
            + " times in the same segments, %.1f times in a year of each%n%n",
        100 * week.drop(),
        week.alarms(),
        week.aSegmentYear());
    System.out.println("  by    due      came     expected  shows  segment");
    for (Shown one : outcome.segments()) {
      System.out.printf(
          Locale.ROOT,
          "  %-4s %,8d %,8d %9s %6s  %s%s%n",
          named(one.rhythm()),
          one.look().due(),
          one.look().came(),
          percent(one.look().expected()),
          percent(one.detectableDrop()),
          "  ".repeat(one.level()),
          one.segment());
    }
  }

  private static void print(Rung one) {
    System.out.printf(
        Locale.ROOT,
        "%6d  %-24s by the %-4s since %s, rung %s%s%n        %,d of %,.0f expected visits came,"
            + " %,.0f to %,.0f are missing (%.0f%%); %s%n",
        one.number(),
        one.segment(),
        named(one.rhythm()),
        one.since(),
        one.rungAt(),
        one.parent() == null ? "" : ", part of " + one.parent(),
        one.shortfall().came(),
        one.shortfall().expected(),
        Math.max(0, one.shortfall().missingLow()),
        one.shortfall().missingHigh(),
        100 * one.shortfall().drop(),
        one.endedAt() == null ? "still open" : "over " + one.endedAt() + ": " + one.cause());
  }

  private static String csv(List<Rung> rung) throws IOException {
    StringWriter text = new StringWriter();
    try (CsvWriter rows = CsvWriter.builder().quoteStrategy(QuoteStrategies.ALWAYS).build(text)) {
      rows.writeRecord(
          "incident",
          "segment",
          "part_of",
          "by",
          "since",
          "rung_at",
          "ended_at",
          "expected",
          "came",
          "missing_low",
          "missing_high",
          "drop",
          "detectable_drop",
          "cause");
      for (Rung one : rung) {
        rows.writeRecord(
            Long.toString(one.number()),
            one.segment(),
            one.parent() == null ? "" : one.parent().toString(),
            named(one.rhythm()),
            one.since().toString(),
            one.rungAt().toString(),
            one.endedAt() == null ? "" : one.endedAt().toString(),
            number(one.shortfall().expected()),
            Long.toString(one.shortfall().came()),
            number(one.shortfall().missingLow()),
            number(one.shortfall().missingHigh()),
            number(one.shortfall().drop()),
            number(one.detectableDrop()),
            one.cause() == null ? "" : one.cause());
      }
    }
    return text.toString();
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.4f", value);
  }

  private static String named(Rhythm rhythm) {
    return rhythm == Rhythm.DAY ? "day" : "hour";
  }

  private static String percent(double share) {
    return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.1f%%", 100 * share);
  }

  private static long watched(BellReplays.Outcome outcome, Rhythm rhythm) {
    return outcome.segments().stream().filter(one -> one.rhythm() == rhythm).count();
  }
}
