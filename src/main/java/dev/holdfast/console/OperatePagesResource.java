package dev.holdfast.console;

import dev.holdfast.access.ApiKeys;
import dev.holdfast.access.ApiKeys.NewKey;
import dev.holdfast.access.Audit;
import dev.holdfast.access.Roles;
import dev.holdfast.access.Users;
import dev.holdfast.console.OperateData.Configured;
import dev.holdfast.console.OperateData.Import;
import dev.holdfast.console.OperateData.Imports;
import dev.holdfast.console.OperateData.Intake;
import dev.holdfast.console.OperateData.People;
import dev.holdfast.console.OperateData.Trail;
import dev.holdfast.event.QuarantineResource;
import dev.holdfast.event.QuarantineResource.MessageView;
import dev.holdfast.event.Sources;
import dev.holdfast.event.file.ImportRun;
import dev.holdfast.event.file.ImportRuns;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.Retried;
import dev.holdfast.platform.RunTable;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.ws.rs.DefaultValue;
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
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** The pages of those who run the service: intake, imports, users and keys, audit and settings. */
@Path("/operate")
@Blocking
@Produces(MediaType.TEXT_HTML)
@RolesAllowed(Roles.OPERATOR)
@Retried
public class OperatePagesResource {

  private static final int AT_ONCE = 50;

  private final Sources sources;
  private final QuarantineResource quarantine;
  private final Users users;
  private final ApiKeys keys;
  private final Audit audit;
  private final ServiceSettings settings;
  private final ImportRuns imports;
  private final ConsoleConfig config;
  private final Shell shell;

  OperatePagesResource(
      Sources sources,
      QuarantineResource quarantine,
      Users users,
      ApiKeys keys,
      Audit audit,
      ServiceSettings settings,
      ImportRuns imports,
      ConsoleConfig config,
      Shell shell) {
    this.sources = sources;
    this.quarantine = quarantine;
    this.users = users;
    this.keys = keys;
    this.audit = audit;
    this.settings = settings;
    this.imports = imports;
    this.config = config;
    this.shell = shell;
  }

  @CheckedTemplate(basePath = "OperatePages")
  static final class Templates {

    private Templates() {}

    static native TemplateInstance intake(Intake page);

    static native TemplateInstance imports(Imports page);

    static native TemplateInstance people(People page);

    static native TemplateInstance audit(Trail page);

    static native TemplateInstance settings(Configured page);
  }

  /** What came in from each source, and what was put aside. */
  @GET
  public TemplateInstance intake(@RestQuery @DefaultValue("0") @Min(0) @Max(1_000_000) int skip) {
    return Templates.intake(intake(skip, null));
  }

  /** Sends a message again as it came. */
  @POST
  @Path("/quarantine/{topic}/{partition}/{offset}/replay")
  @OwnForm
  public Response replay(@RestPath String topic, @RestPath int partition, @RestPath long offset) {
    try {
      quarantine.replay(topic, partition, offset);
    } catch (Problem problem) {
      return Forms.page(problem.status(), Templates.intake(intake(0, problem.detail())));
    }
    return Response.seeOther(URI.create("/operate")).build();
  }

  /** Files that are or were imported, the newest first. */
  @GET
  @Path("/imports")
  public TemplateInstance imports(@RestQuery @Nullable Long before) {
    // Read before the page's data: a change in between is then said by the first look.
    String shown = imports.fingerprint();
    List<ImportRun> runs = imports.newest(before, AT_ONCE);
    return Templates.imports(
        new Imports(
            runs.stream().map(run -> line(run, shell.formats())).toList(),
            runs.size() < AT_ONCE ? null : (Long) runs.get(runs.size() - 1).id(),
            Changes.address("/operate/imports/changes", shown)));
  }

  /**
   * Says that an import began, went on or ended, while the page is open.
   *
   * @param seen what the page shows
   * @param told what the browser was told last, before the connection broke
   */
  @GET
  @Path("/imports/changes")
  @Produces(MediaType.SERVER_SENT_EVENTS)
  public Multi<OutboundSseEvent> changes(
      @Context Sse sse,
      @RestQuery @Nullable String seen,
      @RestHeader("Last-Event-ID") @Nullable String told) {
    return Changes.of(sse, config.liveFor(), told == null ? seen : told, imports::fingerprint);
  }

  private static Import line(ImportRun run, Formats formats) {
    Instant until = run.endedAt() == null ? run.seenAt() : run.endedAt();
    Duration took = Duration.between(run.startedAt(), until);
    boolean reads = run.running() && run.stage().equals("reading") && run.share() > 0;
    return new Import(
        run,
        switch (run.state()) {
          case "done" -> "good";
          case "failed" -> "bad";
          case RunTable.BROKEN_OFF -> "warn";
          default -> "accent";
        },
        run.rejected() + run.quarantined(),
        formats.bytes(run.bytesTotal()),
        formats.shortly(took),
        reads
            ? formats.shortly(
                Duration.ofSeconds(Math.round(took.toSeconds() * (1 - run.share()) / run.share())))
            : null);
  }

  /** Users and keys. */
  @GET
  @Path("/people")
  public TemplateInstance people() {
    return Templates.people(people(null, null));
  }

  /**
   * Lets a user sign in no more, or again.
   *
   * @param disabled {@code true} or {@code false}; anything else lets nobody in
   */
  @POST
  @Path("/users")
  @OwnForm
  public Response admit(@RestForm @Nullable String name, @RestForm @Nullable String disabled) {
    try {
      users.setDisabled(name == null ? "" : name, isDisabled(disabled), shell.user());
    } catch (Problem problem) {
      return Forms.page(problem.status(), Templates.people(people(null, problem.detail())));
    }
    return Response.seeOther(URI.create("/operate/people")).build();
  }

  private static boolean isDisabled(@Nullable String disabled) {
    if (disabled == null || !(disabled.equals("true") || disabled.equals("false"))) {
      throw Problem.badRequest(
          "Say whether the user is disabled from now on: disabled is true or false.");
    }
    return disabled.equals("true");
  }

  /** Makes a key; the answer is the only page that ever shows it. */
  @POST
  @Path("/keys")
  @OwnForm
  public Response create(@RestForm @Nullable String name, @RestForm Set<String> role) {
    try {
      NewKey made = keys.create(name == null ? "" : name.strip(), role, null, shell.user());
      return Forms.page(200, Templates.people(people(made, null)));
    } catch (Problem problem) {
      return Forms.page(problem.status(), Templates.people(people(null, problem.detail())));
    }
  }

  /** Ends a key. */
  @POST
  @Path("/keys/{id}/revoke")
  @OwnForm
  public Response revoke(@RestPath long id) {
    keys.revoke(id, shell.user());
    return Response.seeOther(URI.create("/operate/people")).build();
  }

  /** What people changed, the newest first. */
  @GET
  @Path("/audit")
  public TemplateInstance trail(@RestQuery @Nullable Long before) {
    List<Audit.Entry> entries = audit.newest(before, AT_ONCE);
    return Templates.audit(
        new Trail(
            entries,
            entries.size() < AT_ONCE ? null : (Long) entries.get(entries.size() - 1).id()));
  }

  /** What is configured, and where it comes from. */
  @GET
  @Path("/settings")
  public TemplateInstance settings() {
    return Templates.settings(new Configured(settings.all()));
  }

  private Intake intake(int skip, @Nullable String problem) {
    List<MessageView> putAside = quarantine.newest(AT_ONCE, skip);
    return new Intake(
        sources.all(),
        putAside,
        putAside.size() < AT_ONCE ? null : (Integer) (skip + AT_ONCE),
        problem);
  }

  private People people(@Nullable NewKey made, @Nullable String problem) {
    return new People(users.list(), keys.list(), Roles.ALL, made, problem);
  }
}
