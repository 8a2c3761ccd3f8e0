package dev.holdfast.calendar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.access.Roles;
import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.activity.OperationalCalendar.Outage;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.Retried;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import org.jboss.resteasy.reactive.RestHeader;
import org.jspecify.annotations.Nullable;

/** The operational calendar: what is expected of which day, and when we were out of order. */
@Path("/api/v1/calendar")
@Blocking
@Retried
public class CalendarResource {

  private final Calendars calendars;
  private final SecurityIdentity caller;

  CalendarResource(Calendars calendars, SecurityIdentity caller) {
    this.calendars = calendars;
    this.caller = caller;
  }

  /**
   * An outage of ours.
   *
   * @param from first instant of it, past or to come
   * @param to first instant after it
   * @param reason kept in the audit
   */
  record Declaration(
      @NotNull Instant from, @NotNull Instant to, @Nullable @Size(max = 500) String reason) {}

  /** The calendar in force; its version is the ETag. */
  @GET
  @RolesAllowed({
    Roles.VIEWER,
    Roles.AGENT,
    Roles.RETENTION_LEAD,
    Roles.DATA_SCIENTIST,
    Roles.OPERATOR,
    Roles.SERVICE
  })
  public Response get() {
    return answer(calendars.inForceNow());
  }

  /** Replaces the calendar. If-Match names the version that was read. */
  @PUT
  @RolesAllowed({Roles.OPERATOR, Roles.RETENTION_LEAD})
  public Response set(
      @NotNull JsonNode document, @RestHeader("If-Match") @Nullable String ifMatch) {
    if (ifMatch == null) {
      throw Problem.of(
          428,
          "Precondition Required",
          "If-Match must name the calendar that is replaced: the ETag of GET /api/v1/calendar.");
    }
    if (ifMatch.length() < 2 || !ifMatch.startsWith("\"") || !ifMatch.endsWith("\"")) {
      throw Problem.badRequest("If-Match must be the ETag of an earlier answer, in quotes.");
    }
    OperationalCalendar calendar;
    try {
      calendar = CalendarJson.read(document);
    } catch (IllegalArgumentException wrong) {
      throw Problem.badRequest(String.valueOf(wrong.getMessage()));
    }
    String expected = ifMatch.substring(1, ifMatch.length() - 1);
    return answer(calendars.set(calendar, expected, caller.getPrincipal().getName()));
  }

  /** Adds an outage of ours to the calendar, back-dated as may be. */
  @POST
  @Path("/outages")
  @RolesAllowed({Roles.OPERATOR, Roles.RETENTION_LEAD})
  public Response declare(@NotNull @Valid Declaration declaration) {
    Outage outage;
    try {
      outage = new Outage(declaration.from(), declaration.to());
    } catch (IllegalArgumentException wrong) {
      throw Problem.badRequest(String.valueOf(wrong.getMessage()));
    }
    return answer(calendars.declare(outage, declaration.reason(), caller.getPrincipal().getName()));
  }

  private static Response answer(OperationalCalendar calendar) {
    ObjectNode document = CalendarJson.write(calendar);
    document.put("version", calendar.version());
    return Response.ok(document).header("ETag", "\"" + calendar.version() + "\"").build();
  }
}
