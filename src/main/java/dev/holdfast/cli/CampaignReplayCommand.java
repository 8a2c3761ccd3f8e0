package dev.holdfast.cli;

import dev.holdfast.calendar.Calendars;
import dev.holdfast.campaign.CallLists;
import dev.holdfast.campaign.CampaignRule;
import dev.holdfast.campaign.CampaignRules;
import dev.holdfast.event.EventStore;
import dev.holdfast.model.ChurnModel;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.platform.Problem;
import dev.holdfast.scoring.CustomerScan;
import dev.holdfast.training.CampaignReplay;
import dev.holdfast.training.StoreHistories;
import jakarta.inject.Inject;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Locale;
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
          + " rule that calls about as many by days of silence alone. Writes nothing. Example:",
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
  @Inject CampaignRules rules;
  @Inject ModelRegistry models;
  @Inject EventStore events;
  @Inject Calendars calendars;
  @Inject CustomerScan scan;

  @Override
  public Integer call() {
    ChurnModel model =
        models
            .champion()
            .orElseThrow(
                () -> Problem.conflict("No model serves; train and promote one, then replay"))
            .model();
    if (customers < 0) {
      throw Problem.badRequest("--customers must be 0 or more, was " + customers);
    }
    LocalDate first = day("--from", from);
    LocalDate end = day("--to", to);
    CampaignRule rule = rules.of(CampaignCommand.id(lists, campaign), threshold, model.priors());
    long every = customers == 0 ? 1 : Math.max(1, scan.count() / customers);
    StoreHistories histories =
        every == 1
            ? new StoreHistories(events, calendars.inForce())
            : StoreHistories.of(events, calendars.inForce(), scan.sample(every));
    CampaignReplay replay =
        TrainingCalls.refusable(() -> CampaignReplay.of(histories, model, rule, first, end, every));
    if (json) {
      TrainingCalls.printJson(replay);
    } else {
      print(replay, model.version());
    }
    return 0;
  }

  private void print(CampaignReplay replay, String model) {
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
      for (CampaignReplay.Day day : replay.days()) {
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

  private static void row(String name, CampaignReplay.Figures figures) {
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
