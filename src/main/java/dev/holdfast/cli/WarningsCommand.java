package dev.holdfast.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.campaign.CampaignsResource.CampaignView;
import dev.holdfast.platform.Problem;
import dev.holdfast.warning.BellWatch;
import dev.holdfast.warning.CohortFigures;
import dev.holdfast.warning.Cohorts;
import dev.holdfast.warning.FeedWatch;
import dev.holdfast.warning.Incident;
import dev.holdfast.warning.IncidentCampaignSettings;
import dev.holdfast.warning.IncidentCampaigns;
import dev.holdfast.warning.Incidents;
import dev.holdfast.warning.Notice;
import dev.holdfast.warning.Notices;
import dev.holdfast.warning.Rhythm;
import dev.holdfast.warning.SegmentReport;
import dev.holdfast.warning.SharedTrait;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.inject.Inject;
import jakarta.validation.Validator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists the incidents, and says what people do with them. */
@Command(
    name = "warnings",
    description =
        "Lists the open incidents: is it the customers, or is it the data? Exit code 1 if any.",
    subcommands = {
      WarningsCommand.Show.class,
      WarningsCommand.Segments.class,
      WarningsReplayCommand.class,
      WarningsCommand.Acknowledge.class,
      WarningsCommand.Assign.class,
      WarningsCommand.Remark.class,
      WarningsCommand.Resolve.class,
      WarningsCommand.StartCampaign.class,
      WarningsCommand.Told.class,
      WarningsCommand.Retry.class
    })
@Needs(Needs.Parts.STORE)
class WarningsCommand implements Callable<Integer> {

  private static final int MOST = 1_000;

  @Option(names = "--all", description = "the resolved ones too")
  boolean all;

  @Option(names = "--look", description = "look at the feeds first, as the service does")
  boolean look;

  @Option(names = "--json", description = "one JSON document")
  boolean json;

  @Inject FeedWatch feeds;
  @Inject Incidents incidents;
  @Inject ObjectMapper mapper;

  @Override
  public Integer call() throws JsonProcessingException {
    if (look && !feeds.look()) {
      throw Problem.conflict("The service looks at the feeds this moment; ask again");
    }
    List<Incident> list = incidents.list(all, MOST);
    if (json) {
      System.out.println(mapper.writeValueAsString(list));
    } else {
      list.forEach(WarningsCommand::print);
    }
    return list.stream().anyMatch(one -> one.state() != Incident.State.RESOLVED) ? 1 : 0;
  }

  private static void print(Incident incident) {
    System.out.printf(
        "%6d  %-12s %-24s since %s  %,d customers%s%s%n        %s%n",
        incident.id(),
        incident.state().wireName(),
        incident.subject(),
        incident.since(),
        incident.customers(),
        (incident.held() ? ", their timers wait" : "") + (incident.ours() ? ", ours" : ""),
        incident.owner() == null ? "" : "  owner " + incident.owner(),
        incident.cause() == null ? incident.words() : incident.cause());
  }

  /** Shows one. */
  @Command(name = "show", description = "Shows an incident with its history.")
  static class Show implements Callable<Integer> {

    @Parameters(paramLabel = "ID")
    long id;

    @Inject Incidents incidents;
    @Inject Cohorts cohorts;

    @Override
    public Integer call() {
      Incident.WithHistory found = incidents.get(id);
      print(found.incident());
      if (found.incident().kind().equals("cohort")) {
        print(cohorts.figures(id), cohorts.shared(id));
      }
      for (Incident.Entry entry : found.history()) {
        System.out.printf(
            "        %s %-12s %s%s%n",
            entry.at(),
            entry.action(),
            entry.actor(),
            entry.text() == null ? "" : ": " + entry.text());
      }
      return 0;
    }
  }

  private static void print(CohortFigures figures, List<SharedTrait> shared) {
    System.out.printf(
        Locale.ROOT,
        "        %,d of %,.0f expected visits came; %,.0f are missing (%,.0f to %,.0f), %.0f%%%n",
        figures.came(),
        figures.expected(),
        figures.missing(),
        figures.missingLow(),
        figures.missingHigh(),
        100 * figures.drop());
    Double detectable = figures.detectableDrop();
    if (detectable != null) {
      System.out.printf(
          Locale.ROOT,
          "        a lasting drop of %.0f%% shows in this segment within a %s%n",
          100 * detectable,
          figures.slotSeconds() == Rhythm.DAY.seconds() ? "week" : "day");
    }
    if (figures.parent() != null) {
      System.out.printf("        part of incident %d%n", figures.parent());
    }
    if (!figures.children().isEmpty()) {
      System.out.printf("        with incidents %s%n", figures.children());
    }
    for (SharedTrait trait : shared) {
      System.out.printf(
          Locale.ROOT,
          "        %-40s %,6d of %,6d missing, %,6d of %,6d who came  lift %.1f  q %.2g%n",
          trait.trait(),
          trait.missing(),
          trait.ofMissing(),
          trait.present(),
          trait.ofPresent(),
          trait.lift(),
          trait.q());
    }
  }

  /** Shows the segments. */
  @Command(
      name = "segments",
      description =
          "Shows the watched segments: who was due and who came, and the least drop that shows.")
  static class Segments implements Callable<Integer> {

    @Option(names = "--json", description = "one JSON document")
    boolean json;

    @Inject BellWatch bell;
    @Inject ObjectMapper mapper;

    @Override
    public Integer call() throws JsonProcessingException {
      List<SegmentReport> segments = bell.segments();
      if (json) {
        System.out.println(mapper.writeValueAsString(segments));
        return 0;
      }
      System.out.println("     id  by    due      came     expected  shows  state  segment");
      for (SegmentReport one : segments) {
        System.out.printf(
            Locale.ROOT,
            "%7d  %-4s %,8d %,8d %9s %6s  %-13s %s%s%s%n",
            one.id(),
            one.slotSeconds() == Rhythm.DAY.seconds() ? "day" : "hour",
            one.due(),
            one.came(),
            percent(one.expectedShare()),
            percent(one.detectableDrop()),
            one.state(),
            "  ".repeat(one.level()),
            one.segment(),
            one.incident() == null ? "" : "  incident " + one.incident());
      }
      return 0;
    }

    private static String percent(@Nullable Double share) {
      return share == null ? "-" : String.format(Locale.ROOT, "%.1f%%", 100 * share);
    }
  }

  /** Says that it was seen. */
  @Command(name = "acknowledge", description = "Says that an incident was seen.")
  static class Acknowledge implements Callable<Integer> {

    @Parameters(paramLabel = "ID")
    long id;

    @Option(
        names = "--ours",
        negatable = true,
        description = "a fault of ours: its customers are no leavers while it lasts")
    @Nullable Boolean ours;

    @Inject Incidents incidents;

    @Override
    public Integer call() {
      print(
          QuarkusTransaction.requiringNew()
              .call(() -> incidents.acknowledge(id, ours, Actor.name())));
      return 0;
    }
  }

  /** Names its owner. */
  @Command(name = "assign", description = "Names who looks after an incident.")
  static class Assign implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "ID")
    long id;

    @Parameters(index = "1", paramLabel = "OWNER")
    String owner;

    @Inject Incidents incidents;

    @Override
    public Integer call() {
      print(
          QuarkusTransaction.requiringNew().call(() -> incidents.assign(id, owner, Actor.name())));
      return 0;
    }
  }

  /** Adds to its history. */
  @Command(name = "comment", description = "Adds a line to the history of an incident.")
  static class Remark implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "ID")
    long id;

    @Parameters(index = "1", paramLabel = "TEXT")
    String text;

    @Inject Incidents incidents;

    @Override
    public Integer call() {
      print(
          QuarkusTransaction.requiringNew().call(() -> incidents.comment(id, text, Actor.name())));
      return 0;
    }
  }

  /** Ends it. */
  @Command(
      name = "resolve",
      description = "Ends an incident: the data are right as they are, and the timers go on.")
  static class Resolve implements Callable<Integer> {

    @Parameters(paramLabel = "ID")
    long id;

    @Option(names = "--cause", required = true, paramLabel = "TEXT", description = "what it was")
    String cause;

    @Option(
        names = "--outage",
        description =
            "customers could not use the service meanwhile: declares it in the calendar, from the"
                + " beginning of the incident until now, so that this silence never counts")
    boolean outage;

    @Inject Incidents incidents;

    @Override
    public Integer call() {
      print(
          QuarkusTransaction.requiringNew()
              .call(() -> incidents.resolve(id, cause, outage, Actor.name())));
      return 0;
    }
  }

  /** Starts a campaign for its customers. */
  @Command(
      name = "campaign",
      description = "Starts a campaign for the customers whom an incident names.")
  static class StartCampaign implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "ID")
    long id;

    @Parameters(
        index = "1",
        arity = "0..1",
        paramLabel = "FILE",
        description = "YAML: name, holdOutShare (by default 0.5), intake, capacityMinutes, ...")
    @Nullable Path file;

    @Inject IncidentCampaigns campaigns;
    @Inject Validator validator;

    @Override
    public Integer call() throws IOException {
      IncidentCampaignSettings settings =
          file == null
              ? null
              : CampaignCommand.read(file, IncidentCampaignSettings.class, validator);
      CampaignView started = campaigns.start(id, settings, Actor.name());
      System.out.println(
          "campaign " + started.id() + " \"" + started.name() + "\" runs for incident " + id);
      return 0;
    }
  }

  /** Shows what people were told. */
  @Command(
      name = "notices",
      description = "Shows whom we told, or will tell, by e-mail, and what became of it.")
  static class Told implements Callable<Integer> {

    @Option(names = "--incident", paramLabel = "ID", description = "of one incident only")
    @Nullable Long incident;

    @Inject Notices notices;

    @Override
    public Integer call() {
      for (Notice one : notices.list(incident, MOST)) {
        System.out.printf(
            "%6d  %-9s %-12s %s%s%n",
            one.id(),
            one.state().wireName(),
            one.recipient(),
            one.title(),
            one.why() == null ? "" : "  (" + one.why() + ")");
      }
      return 0;
    }
  }

  /** Sends a refused message again. */
  @Command(
      name = "retry",
      description = "Sends a message again that the mail server refused for good.")
  static class Retry implements Callable<Integer> {

    @Parameters(paramLabel = "NUMBER", description = "as shown by holdfast warnings notices")
    long id;

    @Inject Notices notices;

    @Override
    public Integer call() {
      notices.retry(id, Actor.name());
      return 0;
    }
  }
}
