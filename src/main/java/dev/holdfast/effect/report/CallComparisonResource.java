package dev.holdfast.effect.report;

import dev.holdfast.access.Roles;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Min;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** In what a campaign's calls differ. Names agents: for those who lead them. */
@Path("/api/v1/campaigns/{id}/call-comparison")
@Blocking
@RolesAllowed({Roles.RETENTION_LEAD, Roles.DATA_SCIENTIST})
public class CallComparisonResource {

  private final EffectReports reports;

  CallComparisonResource(EffectReports reports) {
    this.reports = reports;
  }

  /** Calls that reached somebody beside those that did not, and successes among the reached. */
  @GET
  @Operation(
      summary = "In what a campaign's calls differ",
      description =
          "By agent, attempt, hour and weekday where the party lives, and reason; corrected for the"
              + " number of comparisons. Association, not effect: nobody drew lots about it.")
  public EffectReports.Calls of(@RestPath long id, @RestQuery @Min(1) @Nullable Integer run) {
    return reports.calls(id, run);
  }
}
