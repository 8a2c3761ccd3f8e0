package dev.holdfast.console;

import dev.holdfast.access.Roles;
import dev.holdfast.campaign.Disposition;
import dev.holdfast.campaign.OutcomeReason;
import dev.holdfast.campaign.OutcomeReport;
import dev.holdfast.console.MyListData.Notice;
import dev.holdfast.desk.DeskResource;
import dev.holdfast.desk.DeskResource.ClaimView;
import dev.holdfast.desk.HandWatch;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.Retried;
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
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Set;
import java.util.function.Supplier;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/**
 * The list of an agent: the next customer, why, how to reach them, and what came of the call. Each
 * step is a form that does what the route of the desk does.
 */
@Path("/my-list")
@Blocking
@Produces(MediaType.TEXT_HTML)
@RolesAllowed(Roles.AGENT)
@Retried
public class MyListResource {

  /** What a step may say after it; nothing else of the address gets onto the page. */
  private static final Set<String> SAID = Set.of("done", "released", "snoozed", "nobody");

  private static final int LONGEST_NOTE = 500;

  private final DeskResource desk;
  private final MyListWords words;
  private final HandWatch hands;
  private final Shell shell;
  private final ConsoleConfig config;

  MyListResource(
      DeskResource desk, MyListWords words, HandWatch hands, Shell shell, ConsoleConfig config) {
    this.desk = desk;
    this.words = words;
    this.hands = hands;
    this.shell = shell;
    this.config = config;
  }

  @CheckedTemplate(basePath = "MyListPages")
  static final class Templates {

    private Templates() {}

    static native TemplateInstance list(MyListData page, String live);
  }

  /**
   * The list.
   *
   * @param call in hand that is to be shown
   * @param said what the step before did
   */
  @GET
  public TemplateInstance list(@RestQuery @Nullable Long call, @RestQuery @Nullable String said) {
    Notice notice =
        said == null || !SAID.contains(said)
            ? null
            : new Notice(
                said.equals("nobody") ? "warn" : "good", shell.words().of("desk_said_" + said));
    return page(call, notice);
  }

  private TemplateInstance page(@Nullable Long call, @Nullable Notice notice) {
    // Read before the page's data: a change in between is then said by the first look.
    String seen = hands.fingerprint(shell.user());
    return Templates.list(words.of(shell, call, notice), Changes.address("/my-list/changes", seen));
  }

  /**
   * Says that something changed, while the page is open.
   *
   * @param seen what the page shows
   * @param told what the browser was told last, before the connection broke
   */
  @GET
  @Path("/changes")
  @Produces(MediaType.SERVER_SENT_EVENTS)
  public Multi<OutboundSseEvent> changes(
      @Context Sse sse,
      @RestQuery @Nullable String seen,
      @RestHeader("Last-Event-ID") @Nullable String told) {
    String agent = shell.user();
    return Changes.of(
        sse, config.liveFor(), told == null ? seen : told, () -> hands.fingerprint(agent));
  }

  /** Takes the next call in hand. */
  @POST
  @Path("/next")
  @OwnForm
  public Response next() {
    return step(
        null,
        () ->
            desk.claim().getEntity() instanceof ClaimView claim
                ? "/my-list?call=" + claim.id()
                : "/my-list?said=nobody");
  }

  /** Begins the call: from here on the number is shown. */
  @POST
  @Path("/{claim}/call")
  @OwnForm
  public Response call(@RestPath long claim) {
    return step(
        claim,
        () -> {
          desk.call(claim);
          return "/my-list?call=" + claim;
        });
  }

  /** Gives the call back for somebody else. */
  @POST
  @Path("/{claim}/release")
  @OwnForm
  public Response release(@RestPath long claim) {
    return step(
        claim,
        () -> {
          desk.release(claim);
          return "/my-list?said=released";
        });
  }

  /** Puts the call aside. */
  @POST
  @Path("/{claim}/snooze")
  @OwnForm
  public Response snooze(@RestPath long claim, @RestForm @Nullable String until) {
    return step(
        claim,
        () -> {
          desk.snooze(claim, new DeskResource.Snooze(instant(until, "until")));
          return "/my-list?said=snoozed";
        });
  }

  /** Says what came of the call. */
  @POST
  @Path("/{claim}/outcome")
  @OwnForm
  public Response outcome(
      @RestPath long claim,
      @RestForm @Nullable String disposition,
      @RestForm @Nullable String reason,
      @RestForm @Nullable String note,
      @RestForm @Nullable String callBackAt) {
    return step(
        claim,
        () -> {
          desk.complete(claim, report(disposition, reason, note, callBackAt));
          return "/my-list?said=done";
        });
  }

  private OutcomeReport report(
      @Nullable String disposition,
      @Nullable String reason,
      @Nullable String note,
      @Nullable String callBackAt) {
    if (disposition == null || disposition.isEmpty()) {
      throw Problem.badRequest(shell.words().of("desk_choose"));
    }
    if (note != null && note.length() > LONGEST_NOTE) {
      throw Problem.badRequest(shell.words().of("desk_long_note", LONGEST_NOTE));
    }
    try {
      Disposition ended = Disposition.of(disposition);
      return new OutcomeReport(
          ended,
          Forms.given(note),
          reason == null || reason.isEmpty() ? null : OutcomeReason.of(reason),
          // A time left in the form after another choice means nothing.
          ended == Disposition.CALL_BACK && callBackAt != null && !callBackAt.isEmpty()
              ? instant(callBackAt, "callBackAt")
              : null,
          null);
    } catch (IllegalArgumentException unknown) {
      throw Problem.badRequest(String.valueOf(unknown.getMessage()));
    }
  }

  /** As the form has it: an instant, or a date and time in the zone of the page. */
  private Instant instant(@Nullable String given, String field) {
    try {
      if (given != null && given.endsWith("Z")) {
        return Instant.parse(given);
      }
      return LocalDateTime.parse(given == null ? "" : given)
          .atZone(shell.formats().zone())
          .toInstant();
    } catch (DateTimeException malformed) {
      throw Problem.badRequest(shell.words().of("desk_bad_time", field));
    }
  }

  /** Does a step and goes on, or shows the list again with what is wrong. */
  private Response step(@Nullable Long claim, Supplier<String> step) {
    try {
      return Response.seeOther(URI.create(step.get())).build();
    } catch (Problem problem) {
      return Forms.page(problem.status(), page(claim, new Notice("bad", problem.detail())));
    }
  }
}
