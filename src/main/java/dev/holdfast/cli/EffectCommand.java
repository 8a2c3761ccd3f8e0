package dev.holdfast.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.campaign.CallLists;
import dev.holdfast.effect.BlindTrial;
import dev.holdfast.effect.CallComparison;
import dev.holdfast.effect.Difference;
import dev.holdfast.effect.Measurement;
import dev.holdfast.effect.Money;
import dev.holdfast.effect.PerReached;
import dev.holdfast.effect.SampleRatio;
import dev.holdfast.effect.report.BlindTrials;
import dev.holdfast.effect.report.EffectReport;
import dev.holdfast.effect.report.EffectReports;
import dev.holdfast.evaluation.Interval;
import dev.holdfast.platform.Problem;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what campaigns caused, and what the method claims when nothing happened. */
@Command(
    name = "effect",
    description = "Says what a campaign caused, against the parties held out by lot.",
    subcommands = {EffectCommand.Blind.class, EffectCommand.Calls.class})
@Needs(Needs.Parts.STORE)
class EffectCommand implements Callable<Integer> {

  @Parameters(
      arity = "0..1",
      paramLabel = "CAMPAIGN",
      description = "its name or number; all campaigns without")
  @Nullable String campaign;

  @Option(names = "--run", paramLabel = "N", description = "another run than the newest")
  @Nullable Integer run;

  @Option(
      names = "--from",
      paramLabel = "INSTANT",
      description = "assigned at or after, such as 2026-10-01T00:00Z")
  @Nullable String from;

  @Option(names = "--to", paramLabel = "INSTANT", description = "assigned before")
  @Nullable String to;

  @Option(
      names = "--segment",
      paramLabel = "FIELD",
      description = "slices by this field of the profile instead of by month")
  @Nullable String segment;

  @Option(names = "--json", description = "one JSON document")
  boolean json;

  @Inject EffectReports reports;
  @Inject CallLists lists;
  @Inject ObjectMapper mapper;

  @Override
  public Integer call() throws JsonProcessingException {
    String named = campaign;
    if (named == null) {
      List<EffectReports.Overview> all = reports.overview();
      if (json) {
        System.out.println(mapper.writeValueAsString(all));
      } else {
        all.forEach(
            one ->
                System.out.printf(
                    Locale.ROOT,
                    "%4d %-24s %s%s%n",
                    one.campaignId(),
                    one.campaign(),
                    one.words(),
                    one.p() == null
                        ? ""
                        : String.format(
                            Locale.ROOT,
                            "; p %.3f among all campaigns%s",
                            one.p(),
                            one.stands() ? "" : ", which may be chance")));
      }
      return 0;
    }
    EffectReport report =
        reports.of(
            idOf(lists, named),
            new EffectReports.Query(
                run,
                from == null ? null : Instants.parse(from),
                to == null ? null : Instants.parse(to),
                segment));
    if (json) {
      System.out.println(mapper.writeValueAsString(report));
    } else {
      print(report);
    }
    return 0;
  }

  private static long idOf(CallLists lists, String campaign) {
    return lists
        .idOf(campaign)
        .orElseThrow(
            () ->
                Problem.notFound(
                    "There is no campaign \""
                        + campaign
                        + "\"; holdfast campaign list shows them"));
  }

  private static void print(EffectReport report) {
    EffectReport.Counts counts = report.counts();
    Measurement measured = report.measurement();
    System.out.printf("%s, run %d, %s%n", report.campaign(), report.run(), report.asOf());
    System.out.println(report.words());
    report.notes().forEach(note -> System.out.println("note: " + note));
    for (EffectReport.RatioView one : report.ratios()) {
      SampleRatio ratio = one.ratio();
      System.out.printf(
          Locale.ROOT,
          "sample ratio of %s: %,d of %,d treated where the lot would put %,.0f, p %.3g%s%n",
          one.slice(),
          ratio.treated(),
          ratio.parties(),
          ratio.expected(),
          ratio.p(),
          ratio.fails() ? ", fails" : "");
    }
    System.out.printf(
        Locale.ROOT,
        "parties: %,d assigned, %,d matured of %,d planned, %,d still open; unknown %d treated, %d"
            + " held out; erased %d, %d%n",
        counts.assigned(),
        counts.matured(),
        report.plan().parties(),
        counts.immature(),
        counts.unknownTreated(),
        counts.unknownHeldOut(),
        counts.erasedTreated(),
        counts.erasedHeldOut());
    Interval now = measured.now();
    if (now != null) {
      System.out.println("effect, at every look: " + points(now));
    }
    print("effect, as planned", measured.planned());
    print("effect of all matured (not to be watched)", measured.soFar());
    print("the same, adjusted for risk", measured.adjusted());
    print("without uses that our contact brought about", report.withoutInduced());
    EffectReport.Silence silence = report.silence();
    if (silence != null && silence.treatedShare() + silence.heldOutShare() > 0) {
      System.out.printf(
          Locale.ROOT,
          "of %.1f%% of the treated and %.1f%% of the hold-out nothing will be known (p %.3f); with"
              + " them the effect is between %+.2f and %+.2f points%n",
          100 * silence.treatedShare(),
          100 * silence.heldOutShare(),
          silence.p(),
          100 * silence.low(),
          100 * silence.high());
    }
    PerReached perReached = report.perReached();
    if (perReached != null) {
      System.out.printf(
          Locale.ROOT,
          "per party reached (%.0f%% of the treated): %s; %s%n",
          100 * perReached.reachedShare(),
          points(perReached.effect()),
          perReached.warning());
    }
    Money money = report.money();
    if (money != null) {
      System.out.printf(
          Locale.ROOT,
          "money: margin %,.0f (%,.0f to %,.0f), cost %,.0f, profit %,.0f (%,.0f to %,.0f)%n",
          money.margin().value(),
          money.margin().low(),
          money.margin().high(),
          money.cost(),
          money.profit().value(),
          money.profit().low(),
          money.profit().high());
    }
    for (EffectReport.Slice slice : report.slices()) {
      Difference difference = slice.effect();
      System.out.printf(
          Locale.ROOT,
          "  %s %-16s %s%n",
          slice.slice(),
          slice.value(),
          difference == null
              ? "not to be read"
              : points(difference.effect())
                  + String.format(
                      Locale.ROOT,
                      ", p %.3f%s",
                      slice.p(),
                      slice.stands() ? "" : ", which may be chance"));
    }
  }

  private static void print(String what, @Nullable Difference difference) {
    if (difference != null) {
      System.out.printf(
          Locale.ROOT,
          "%s: %s; churned %,d of %,d treated, %,d of %,d held out%n",
          what,
          points(difference.effect()),
          difference.treated().churned(),
          difference.treated().parties(),
          difference.heldOut().churned(),
          difference.heldOut().parties());
    }
  }

  private static String points(Interval effect) {
    return String.format(
        Locale.ROOT,
        "%+.2f points of churn (%+.2f to %+.2f)",
        100 * effect.value(),
        100 * effect.low(),
        100 * effect.high());
  }

  /** The blind trial. */
  @Command(
      name = "aa",
      description =
          "Deals customers whom nobody contacted into two arms, again and again, and says how often"
              + " the method claims an effect. Nothing is written.")
  static class Blind implements Callable<Integer> {

    @Option(
        names = "--customers",
        paramLabel = "FILE",
        description = "one namespace:value a line (default: all customers)")
    @Nullable Path file;

    @Option(
        names = "--least-risk",
        paramLabel = "P",
        defaultValue = "0",
        description = "only those who stood at this risk or above, such as a campaign's threshold")
    double leastRisk;

    @Option(
        names = "--share",
        paramLabel = "SHARE",
        defaultValue = "0.5",
        description = "of the treatment (default 0.5)")
    double share;

    @Option(
        names = "--draws",
        paramLabel = "N",
        defaultValue = "200",
        description = "how often they are dealt (default 200)")
    int draws;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "of the draws")
    long seed;

    @Option(names = "--json", description = "one JSON document")
    boolean json;

    @Inject BlindTrials trials;
    @Inject ObjectMapper mapper;

    @Override
    public Integer call() throws IOException {
      Path named = file;
      if (named != null && !Files.isReadable(named)) {
        throw Problem.badRequest("The file " + named + " cannot be read");
      }
      List<String> names =
          named == null
              ? List.of()
              : Files.readAllLines(named).stream()
                  .map(String::strip)
                  .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                  .toList();
      BlindTrials.Request request = new BlindTrials.Request(names, leastRisk, share, draws, seed);
      BlindTrial trial =
          QuarkusTransaction.requiringNew()
              .timeout(3_600)
              .call(() -> trials.run(request, System.err::println));
      if (json) {
        System.out.println(mapper.writeValueAsString(trial));
        return 0;
      }
      System.out.println(trial.words());
      System.out.printf(
          Locale.ROOT,
          "%,d parties, %,d churned; of %d draws: interval of all without 0 in %d, adjusted in %d,"
              + " at any look in %d, sample ratio failed in %d%n",
          trial.parties(),
          trial.churned(),
          trial.draws(),
          trial.fixed(),
          trial.adjusted(),
          trial.everyLook(),
          trial.hidden());
      return 0;
    }
  }

  /** The comparison of calls. */
  @Command(
      name = "calls",
      description = "Compares a campaign's calls: association, and not what would have been.")
  static class Calls implements Callable<Integer> {

    @Parameters(paramLabel = "CAMPAIGN", description = "its name or number")
    String campaign;

    @Option(names = "--run", paramLabel = "N", description = "another run than the newest")
    @Nullable Integer run;

    @Option(names = "--json", description = "one JSON document")
    boolean json;

    @Inject EffectReports reports;
    @Inject CallLists lists;
    @Inject ObjectMapper mapper;

    @Override
    public Integer call() throws JsonProcessingException {
      EffectReports.Calls calls = reports.calls(idOf(lists, campaign), run);
      if (json) {
        System.out.println(mapper.writeValueAsString(calls));
        return 0;
      }
      print("reached somebody", calls.reached());
      print("of those, accepted or solved", calls.succeeded());
      System.out.println(calls.reached().words());
      return 0;
    }

    private static void print(String what, CallComparison comparison) {
      System.out.printf(
          Locale.ROOT, "%s: %,d of %,d%n", what, comparison.succeeded(), comparison.calls());
      for (CallComparison.Association one : comparison.associations()) {
        System.out.printf(
            Locale.ROOT,
            "  %-8s %-28s %5.1f%% of %,d, others %5.1f%%, p %.3f%s%n",
            one.trait(),
            one.value(),
            100 * one.rate(),
            one.calls(),
            100 * one.rateOfOthers(),
            one.p(),
            one.stands() ? "" : ", which may be chance");
      }
    }
  }
}
