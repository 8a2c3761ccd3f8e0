package dev.holdfast.console;

import dev.holdfast.access.Roles;
import dev.holdfast.campaign.CampaignsResource;
import dev.holdfast.campaign.CampaignsResource.CampaignView;
import dev.holdfast.campaign.ReplayResource;
import dev.holdfast.campaign.ReplayResult;
import dev.holdfast.campaign.ReplayRun;
import dev.holdfast.campaign.ReplayRuns;
import dev.holdfast.console.ReplayData.DayLine;
import dev.holdfast.console.ReplayData.Done;
import dev.holdfast.console.ReplayData.Index;
import dev.holdfast.console.ReplayData.Line;
import dev.holdfast.console.ReplayData.ReplayForm;
import dev.holdfast.console.ReplayData.Shown;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.Retried;
import dev.holdfast.platform.RunTable;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/**
 * The pages of a campaign's replays: which there are, a new one, one, and two beside each other.
 */
@Path("/campaigns/{id}/replays")
@Blocking
@Produces(MediaType.TEXT_HTML)
@RolesAllowed({Roles.VIEWER, Roles.RETENTION_LEAD, Roles.DATA_SCIENTIST})
@Retried
public class ReplayPagesResource {

  private static final int SHOWN = 50;
  private static final int MOST_CUSTOMERS = 100_000;

  /**
   * Days after which it is known as a rule who has left, and days that show what a list is like.
   */
  private static final int OUTCOMES_KNOWN = 60;

  private static final int REPLAYED = 28;

  private final CampaignsResource campaigns;
  private final CampaignTexts texts;
  private final ReplayResource replays;
  private final ReplayRuns runs;
  private final ConsoleConfig config;
  private final Shell shell;

  ReplayPagesResource(
      CampaignsResource campaigns,
      CampaignTexts texts,
      ReplayResource replays,
      ReplayRuns runs,
      ConsoleConfig config,
      Shell shell) {
    this.campaigns = campaigns;
    this.texts = texts;
    this.replays = replays;
    this.runs = runs;
    this.config = config;
    this.shell = shell;
  }

  @CheckedTemplate(basePath = "ReplayPages")
  static final class Templates {

    private Templates() {}

    static native TemplateInstance all(Index page);

    static native TemplateInstance one(Shown page);
  }

  /** Those of a campaign, with the form of a new one. */
  @GET
  public TemplateInstance all(@RestPath long id) {
    return page(id, proposed(), Map.of(), null);
  }

  private ReplayForm proposed() {
    LocalDate known = LocalDate.ofInstant(shell.now(), ZoneOffset.UTC).minusDays(OUTCOMES_KNOWN);
    return new ReplayForm(known.minusDays(REPLAYED).toString(), known.toString(), null, null);
  }

  /** Asks for one. */
  @POST
  @OwnForm
  @RolesAllowed({Roles.RETENTION_LEAD, Roles.DATA_SCIENTIST})
  public Response start(
      @RestPath long id,
      @RestForm @Nullable String from,
      @RestForm @Nullable String to,
      @RestForm @Nullable String threshold,
      @RestForm @Nullable String customers) {
    ReplayForm form = new ReplayForm(from, to, threshold, customers);
    Map<String, String> wrong = new LinkedHashMap<>();
    ReplayResource.Wanted wanted = wanted(form, wrong);
    if (wanted == null) {
      return Forms.page(400, page(id, form, wrong, null));
    }
    try {
      replays.start(id, wanted);
    } catch (Problem problem) {
      return Forms.page(problem.status(), page(id, form, wrong, problem.detail()));
    }
    return Response.seeOther(URI.create("/campaigns/" + id + "/replays")).build();
  }

  /** Stops one. */
  @POST
  @Path("/{replay}/stop")
  @OwnForm
  @RolesAllowed({Roles.RETENTION_LEAD, Roles.DATA_SCIENTIST})
  public Response stop(@RestPath long id, @RestPath long replay) {
    try {
      replays.stop(id, replay);
    } catch (Problem problem) {
      return Forms.page(problem.status(), page(id, proposed(), Map.of(), problem.detail()));
    }
    return Response.seeOther(URI.create("/campaigns/" + id + "/replays")).build();
  }

  /** One, beside another if there is to be one. */
  @GET
  @Path("/{replay}")
  public TemplateInstance one(
      @RestPath long id, @RestPath long replay, @RestQuery @Nullable Long with) {
    String shown = runs.fingerprint(id);
    ReplayRun run = replays.one(id, replay);
    List<ReplayRun> done = new ArrayList<>();
    if (run.result() != null) {
      done.add(run);
    }
    if (with != null && with != replay) {
      ReplayRun other = replays.one(id, with);
      if (other.result() != null) {
        done.add(other);
      }
    }
    int most =
        done.stream()
            .mapToInt(one -> ReplayChart.most(Objects.requireNonNull(one.result())))
            .max()
            .orElse(0);
    return Templates.one(
        new Shown(
            head(id, null),
            line(run),
            done.stream().map(one -> done(one, most)).toList(),
            replays.list(id, SHOWN).stream()
                .filter(one -> one.id() != replay && one.result() != null)
                .map(this::line)
                .toList(),
            run.waits() || run.running()
                ? Changes.address("/campaigns/" + id + "/replays/changes", shown)
                : null));
  }

  /**
   * Says that a replay began, went on or ended, while the page is open.
   *
   * @param seen what the page shows
   * @param told what the browser was told last, before the connection broke
   */
  @GET
  @Path("/changes")
  @Produces(MediaType.SERVER_SENT_EVENTS)
  public Multi<OutboundSseEvent> changes(
      @RestPath long id,
      @Context Sse sse,
      @RestQuery @Nullable String seen,
      @RestHeader("Last-Event-ID") @Nullable String told) {
    campaigns.get(id);
    return Changes.of(
        sse, config.liveFor(), told == null ? seen : told, () -> runs.fingerprint(id));
  }

  private TemplateInstance page(
      long id, ReplayForm form, Map<String, String> wrong, @Nullable String problem) {
    // Read before the page's data: a change in between is then said by the first look.
    String shown = runs.fingerprint(id);
    CampaignData.Head head = head(id, problem);
    return Templates.all(
        new Index(
            head,
            mayTry(),
            head.campaign().startsWith() == null,
            form,
            wrong,
            replays.list(id, SHOWN).stream().map(this::line).toList(),
            Changes.address("/campaigns/" + id + "/replays/changes", shown)));
  }

  private boolean mayTry() {
    return shell.has(Roles.RETENTION_LEAD) || shell.has(Roles.DATA_SCIENTIST);
  }

  private CampaignData.Head head(long id, @Nullable String problem) {
    CampaignView campaign = campaigns.get(id).getEntity();
    return texts.head(shell, campaign, "replays", problem);
  }

  /** What was typed; null if something is wrong with it. */
  private ReplayResource.@Nullable Wanted wanted(ReplayForm form, Map<String, String> wrong) {
    Forms.Fields fields = new Forms.Fields(shell.words(), wrong);
    LocalDate from = day(fields, "from", form.from());
    LocalDate to = day(fields, "to", form.to());
    Double threshold = fields.share("threshold", form.threshold());
    if (threshold != null && !(threshold >= 0.01 && threshold <= 0.99)) {
      wrong.put("threshold", shell.words().of("campaign_hint_percent"));
    }
    Integer customers = fields.whole("customers", form.customers());
    if (customers != null && (customers < 1 || customers > MOST_CUSTOMERS)) {
      wrong.put("customers", shell.words().of("replay_not_customers"));
    }
    return wrong.isEmpty() && from != null && to != null
        ? new ReplayResource.Wanted(from, to, threshold, customers)
        : null;
  }

  private @Nullable LocalDate day(Forms.Fields fields, String field, @Nullable String text) {
    LocalDate day =
        fields.parsed(
            field,
            text,
            "replay_not_day",
            one -> {
              try {
                return LocalDate.parse(one);
              } catch (DateTimeException malformed) {
                throw new IllegalArgumentException(malformed);
              }
            });
    if (day == null) {
      fields.wrong().putIfAbsent(field, shell.words().of("replay_not_day"));
    }
    return day;
  }

  private Line line(ReplayRun run) {
    Words words = shell.words();
    Formats formats = shell.formats();
    Double threshold = run.threshold();
    ReplayResult result = run.result();
    Double opens = result == null ? threshold : result.enterThreshold();
    return new Line(
        run,
        switch (run.state()) {
          case "done" -> "good";
          case "failed" -> "bad";
          case RunTable.BROKEN_OFF, RunTable.STOPPED -> "warn";
          default -> "accent";
        },
        words.of("replay_days", day(run.from()), day(run.to().minusDays(1))),
        opens == null
            ? words.of("campaign_version", run.version())
            : words.of(
                threshold == null ? "replay_as_set" : "replay_instead",
                run.version(),
                formats.percent(opens)),
        run.endedAt() == null || run.stopped()
            ? null
            : formats.shortly(Duration.between(run.startedAt(), run.endedAt())),
        mayTry() && (run.waits() || run.running()));
  }

  private Done done(ReplayRun run, int most) {
    ReplayResult result = Objects.requireNonNull(run.result());
    return new Done(
        line(run),
        result,
        ReplayChart.of(result.days(), most, shell.formats()),
        result.days().stream().map(one -> new DayLine(day(one.day()), one)).toList(),
        "/api/v1/campaigns/" + run.campaignId() + "/replays/" + run.id());
  }

  /** A day of a replay is one in UTC, whatever the zone of the page. */
  private String day(LocalDate day) {
    Instant start = day.atStartOfDay().toInstant(ZoneOffset.UTC);
    return shell.formats().in(ZoneOffset.UTC).day(start);
  }
}
