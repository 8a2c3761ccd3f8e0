package dev.holdfast.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.campaign.Disposition;
import dev.holdfast.campaign.OutcomeReason;
import dev.holdfast.campaign.OutcomeReport;
import dev.holdfast.campaign.Outcomes;
import dev.holdfast.campaign.Outcomes.OutcomeView;
import dev.holdfast.campaign.ReportedOutcomes;
import dev.holdfast.cli.OutcomeFile.Line;
import dev.holdfast.desk.FutileCalls;
import dev.holdfast.event.file.UnusableFile;
import dev.holdfast.platform.Problem;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says what came of calls: of one, or of all in a dialer's file. */
@Command(
    name = "outcome",
    description = {
      "Says what came of a call. Examples:",
      "  holdfast outcome 4711 no-answer",
      "  holdfast outcome 4711 refused --reason price --note \"may come back in spring\"",
      "  holdfast outcome import dialer.csv --map dialer.yaml"
    },
    subcommands = {OutcomeCommand.Import.class, OutcomeCommand.Futile.class})
@Needs(Needs.Parts.STORE)
class OutcomeCommand implements Callable<Integer> {

  private static final int DONE = 0;
  private static final int REFUSED = 1;
  private static final int WRONG_USAGE = 2;

  @Parameters(
      index = "0",
      paramLabel = "TASK",
      arity = "0..1",
      description = "number of the call task")
  @Nullable Long task;

  @Parameters(
      index = "1",
      paramLabel = "DISPOSITION",
      arity = "0..1",
      description =
          "reached, no-answer, busy, wrong-number, call-back, accepted, refused, do-not-contact,"
              + " complaint-raised or solved")
  @Nullable String disposition;

  @Option(
      names = "--reason",
      paramLabel = "REASON",
      description = "price, quality, service, competitor, contract, no-need, moved, ...")
  @Nullable String reason;

  @Option(names = "--note", paramLabel = "TEXT", description = "up to 500 characters")
  @Nullable String note;

  @Option(
      names = "--call-back-at",
      paramLabel = "INSTANT",
      description = "when the customer wants to be called, with call-back")
  @Nullable String callBackAt;

  @Option(
      names = "--contacted-at",
      paramLabel = "INSTANT",
      description = "when the call took place, if it was made elsewhere (default: now)")
  @Nullable String contactedAt;

  @Spec CommandSpec spec;
  @Inject Outcomes outcomes;

  @Override
  public Integer call() {
    Long number = task;
    String said = disposition;
    String why = reason;
    if (number == null || said == null) {
      throw new ParameterException(spec.commandLine(), "Missing TASK and DISPOSITION");
    }
    OutcomeView outcome =
        outcomes.record(
            number,
            new OutcomeReport(
                word(Disposition::of, said),
                note,
                why == null ? null : word(OutcomeReason::of, why),
                callBackAt == null ? null : Instants.parse(callBackAt),
                contactedAt == null ? null : Instants.parse(contactedAt)),
            Actor.name());
    System.out.printf(
        "outcome %d: %s; task %d is %s%n",
        outcome.id(), outcome.disposition().wireName(), number, outcome.taskState());
    return DONE;
  }

  private static <T> T word(Function<String, T> read, String word) {
    try {
      return read.apply(word);
    } catch (IllegalArgumentException unknown) {
      throw Problem.badRequest(String.valueOf(unknown.getMessage()));
    }
  }

  /** Takes the outcomes in a file. */
  @Command(
      name = "import",
      description = {
        "Takes the outcomes in FILE, a dialer's CSV with a header. A second run changes nothing.",
        "A row names its task, or a campaign with a customer or a phone; and contactedAt or callId."
      })
  @Needs(Needs.Parts.STORE)
  static class Import implements Callable<Integer> {

    private static final int SHOWN = 50;

    @Parameters(paramLabel = "FILE", description = "the file to import")
    Path file;

    @Option(
        names = "--map",
        paramLabel = "FILE",
        description = "what its columns and words mean, YAML: columns, dispositions, zone, ...")
    @Nullable Path map;

    @Option(names = "--dry-run", description = "reads and checks, records nothing")
    boolean dryRun;

    @Inject ReportedOutcomes reported;

    @Override
    public Integer call() {
      int rows = 0;
      int recorded = 0;
      int repeated = 0;
      int refused = 0;
      try (OutcomeFile rowsOf =
          OutcomeFile.open(
              file, map == null ? OutcomeFile.Words.OURS : OutcomeFile.Words.read(map))) {
        for (Line line = rowsOf.next(); line != null; line = rowsOf.next()) {
          rows++;
          String problem = line.problem();
          ReportedOutcomes.Reported one = line.reported();
          if (one != null) {
            try {
              if (dryRun) {
                reported.taskOf(one);
                recorded++;
              } else if (reported.take(one, Actor.name()).outcome() == null) {
                repeated++;
              } else {
                recorded++;
              }
            } catch (Problem wrong) {
              problem = wrong.detail();
            }
          }
          if (problem != null && ++refused <= SHOWN) {
            System.err.println("holdfast: " + file + ":" + line.line() + ": " + problem);
          }
        }
      } catch (UnusableFile unusable) {
        System.err.println("holdfast: " + unusable.line());
        return WRONG_USAGE;
      }
      System.out.printf(Locale.ROOT, "rows       %,12d%n", rows);
      System.out.printf(
          Locale.ROOT, "  recorded %,12d%s%n", recorded, dryRun ? "  (dry run: could be)" : "");
      System.out.printf(Locale.ROOT, "  repeated %,12d%n", repeated);
      System.out.printf(Locale.ROOT, "  refused  %,12d%n", refused);
      return refused == 0 ? DONE : REFUSED;
    }
  }

  /** Shows the calls that reached nobody. */
  @Command(
      name = "futile",
      description = "Shows by agent and by hour how many calls reached nobody.")
  @Needs(Needs.Parts.STORE)
  static class Futile implements Callable<Integer> {

    @Option(
        names = "--from",
        paramLabel = "DAY",
        description = "first day, such as 2026-03-01 (default: 27 days before the last)")
    @Nullable String from;

    @Option(names = "--to", paramLabel = "DAY", description = "last day (default: today)")
    @Nullable String to;

    @Option(names = "--json", description = "one JSON document")
    boolean json;

    @Inject FutileCalls calls;
    @Inject ObjectMapper mapper;

    @Override
    public Integer call() throws JsonProcessingException {
      calls.count();
      FutileCalls.Report report = calls.between(day(from), day(to));
      if (json) {
        System.out.println(mapper.writeValueAsString(report));
        return DONE;
      }
      System.out.printf(
          Locale.ROOT,
          "%s to %s: %,d calls, %.0f%% reached nobody%n",
          report.from(),
          report.to(),
          report.calls(),
          100 * report.share());
      print("agent", report.byAgent());
      print("hour", report.byHour());
      return DONE;
    }

    private static @Nullable LocalDate day(@Nullable String text) {
      try {
        return text == null ? null : LocalDate.parse(text);
      } catch (DateTimeException malformed) {
        throw Problem.badRequest("a day is written 2026-03-01, was \"" + text + "\"");
      }
    }

    private static void print(String what, List<FutileCalls.Row> rows) {
      System.out.printf(
          "%-24s %8s %10s %8s %13s %8s%n",
          what, "calls", "no answer", "busy", "wrong number", "share");
      for (FutileCalls.Row row : rows) {
        System.out.printf(
            Locale.ROOT,
            "%-24s %,8d %,10d %,8d %,13d %7.0f%%%n",
            row.of(),
            row.calls(),
            row.noAnswer(),
            row.busy(),
            row.wrongNumber(),
            100 * row.share());
      }
    }
  }
}
