package dev.holdfast.warning;

import dev.holdfast.access.Audit;
import dev.holdfast.access.Roles;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.util.List;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/** An incident of a segment: how many are missing, who they are and what they share. */
@Path("/api/v1/warnings/{id}/cohort")
@Blocking
@RolesAllowed({Roles.OPERATOR, Roles.RETENTION_LEAD})
public class CohortResource {

  private static final String CSV = "text/csv;charset=UTF-8";

  private final Cohorts cohorts;
  private final Audit audit;
  private final SecurityIdentity caller;

  CohortResource(Cohorts cohorts, Audit audit, SecurityIdentity caller) {
    this.cohorts = cohorts;
    this.audit = audit;
    this.caller = caller;
  }

  /** Expected and missing visits since it began, with interval, and the detectable drop. */
  @GET
  @RolesAllowed({
    Roles.VIEWER,
    Roles.AGENT,
    Roles.RETENTION_LEAD,
    Roles.DATA_SCIENTIST,
    Roles.OPERATOR,
    Roles.SERVICE
  })
  public CohortFigures figures(@RestPath long id) {
    return cohorts.figures(id);
  }

  /** What the missing customers share more than those who came, by falling lift. */
  @GET
  @Path("/shared")
  @RolesAllowed({
    Roles.VIEWER,
    Roles.AGENT,
    Roles.RETENTION_LEAD,
    Roles.DATA_SCIENTIST,
    Roles.OPERATOR,
    Roles.SERVICE
  })
  public List<SharedTrait> shared(@RestPath long id) {
    return cohorts.shared(id);
  }

  /**
   * The missing customers, a page as JSON, or with {@code Accept: text/csv} all of them as a file
   * with a line each. Who takes the file is recorded in the audit.
   *
   * @param after {@code next} of the page before, 0 for the first
   */
  @GET
  @Path("/customers")
  @Produces({MediaType.APPLICATION_JSON, CSV})
  public Response customers(
      @RestPath long id,
      @RestQuery @DefaultValue("0") @Min(0) long after,
      @RestQuery @DefaultValue("100") @Min(1) @Max(1000) int limit,
      @Context HttpHeaders headers) {
    if (!headers.getAcceptableMediaTypes().contains(MediaType.valueOf("text/csv"))) {
      return Response.ok(cohorts.customers(id, after, limit), MediaType.APPLICATION_JSON_TYPE)
          .build();
    }
    CohortFigures figures = cohorts.figures(id);
    audit.record(
        caller.getPrincipal().getName(),
        "incident-exported",
        "incident:" + id,
        figures.listed() + " customers");
    StreamingOutput lines = out -> cohorts.write(id, out);
    return Response.ok(lines, CSV)
        .header("Content-Disposition", "attachment; filename=\"incident-" + id + ".csv\"")
        .header("Cache-Control", "no-store")
        .build();
  }
}
