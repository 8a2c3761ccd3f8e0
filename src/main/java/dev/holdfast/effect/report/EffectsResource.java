package dev.holdfast.effect.report;

import dev.holdfast.access.Roles;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** All campaigns' effects beside each other. */
@Path("/api/v1/effects")
@Blocking
@RolesAllowed({Roles.VIEWER, Roles.RETENTION_LEAD, Roles.DATA_SCIENTIST})
public class EffectsResource {

  private final EffectReports reports;

  EffectsResource(EffectReports reports) {
    this.reports = reports;
  }

  /** The newest run of every campaign; who runs twenty finds one by chance. */
  @GET
  @Operation(
      summary = "The verdict on every campaign",
      description =
          "Corrected for the number of campaigns (Benjamini and Hochberg, one in ten of those that"
              + " stand may be chance).")
  public List<EffectReports.Overview> all() {
    return reports.overview();
  }
}
