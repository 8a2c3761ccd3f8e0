package dev.holdfast.cli;

import dev.holdfast.campaign.CallLists;
import dev.holdfast.campaign.ReplayResult;
import dev.holdfast.campaign.ReplayRun;
import dev.holdfast.campaign.ReplayRuns;
import dev.holdfast.campaign.ReplaySettings;
import dev.holdfast.platform.Problem;
import jakarta.inject.Inject;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tries a campaign on the past. */
@Command(
    name = "replay",
    description = {
      "Tries a campaign on the stored history: whom it would have called on each day by what was"
          + " known then, who of them churned, who did not, what that would have cost; beside it the"
          + " rule that calls about as many by days of silence alone. Changes nothing; the result is kept beside the campaign. Example:",
      "  holdfast replay winter --from 2026-01-01 --to 2026-02-01 --threshold 0.5"
    })
@Needs(Needs.Parts.STORE)
class CampaignReplayCommand implements Callable<Integer> {

  @Parameters(paramLabel = "CAMPAIGN", description = "its name or number; a draft will do")
  String campaign;

  @Option(names = "--from", paramLabel = "DAY", required = true, description = "first day, in UTC")
  String from;

  @Option(names = "--to", paramLabel = "DAY", required = true, description = "day after the last")
  String to;

  @Option(
      names = "--threshold",
      paramLabel = "RISK",
      description = "opens episodes instead of the campaign's")
  @Nullable Double threshold;

  @Option(
      names = "--customers",
      paramLabel = "N",
      defaultValue = "20000",
      description = "looks at about so many, drawn by a hash (${DEFAULT-VALUE}); 0 for all")
  int customers;

  @Option(names = "--days", description = "the list of each day too")
  boolean days;

  @Option(names = "--json", description = "one JSON document")
  boolean json;

  @Inject CallLists lists;
  @Inject ReplayRuns replays;

  @Override
  public Integer call() {
    ReplaySettings settings =
        new ReplaySettings(day("--from", from), day("--to", to), threshold, customers);
    ReplayRun run = replays.run(CampaignCommand.id(lists, campaign), settings, Actor.name());
    ReplayResult replay = Objects.requireNonNull(run.result());
    if (json) {
      TrainingCalls.printJson(replay);
    } else {
      print(replay, run.model());
      line("note: kept as replay %d of the campaign, and shown on its page", run.id());
    }
    return 0;
  }

  private void print(ReplayResult replay, String model) {
    line(
        "%s, %s to %s, by model %s: %,d customers%s, %,d of them left; %,d stood above on the first"
            + " day and are not counted",
        replay.campaign(),
        replay.from(),
        replay.to(),
        model,
        replay.customers(),
        replay.every() == 1 ? "" : " (one of " + replay.every() + ")",
        replay.leavers(),
        replay.standing());
    line(
        "%-16s %8s %8s %12s %9s %9s %7s %10s %8s %10s %10s %10s",
        "rule",
        "alarms",
        "catches",
        "false alarms",
        "unknown",
        "precision",
        "recall",
        "days quiet",
        "calls",
        "min. a day",
        "cost",
        "gain");
    row("campaign", replay.rule());
    row("idle " + replay.idleDays() + " days", replay.idle());
    if (days) {
      line("%-12s %8s %8s %12s %9s", "day", "alarms", "catches", "false alarms", "unknown");
      for (ReplayResult.Day day : replay.days()) {
        line(
            "%-12s %8d %8d %12d %9d",
            day.day(), day.alarms(), day.catches(), day.falseAlarms(), day.unknown());
      }
    }
    line(
        "note: a model that learnt from this time does better here than it would have done; holdfast"
            + " backtest trains on what came before");
    line(
        "note: a catch is no save: it says who left. Cost and gain take 30 percent of the leavers"
            + " called as kept");
  }

  private static void row(String name, ReplayResult.Figures figures) {
    line(
        "%-16s %8d %8d %12d %9d %9s %7s %10s %8.0f %10.0f %10.0f %10.0f",
        name,
        figures.alarms(),
        figures.catches(),
        figures.falseAlarms(),
        figures.unknown(),
        share(figures.precision()),
        share(figures.recall()),
        figures.quietDays() == null ? "-" : String.format(Locale.ROOT, "%.1f", figures.quietDays()),
        figures.calls(),
        figures.minutesADay(),
        figures.cost(),
        figures.gain());
  }

  private static String share(@Nullable Double share) {
    return share == null ? "-" : String.format(Locale.ROOT, "%.3f", share);
  }

  private static LocalDate day(String option, String text) {
    try {
      return LocalDate.parse(text);
    } catch (DateTimeParseException malformed) {
      throw Problem.badRequest(option + " is a day written like 2026-01-31, was \"" + text + "\"");
    }
  }

  private static void line(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
  }
}
