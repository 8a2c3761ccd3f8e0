package dev.holdfast.monitoring;

import dev.holdfast.access.Roles;
import dev.holdfast.platform.Problem;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import org.jboss.resteasy.reactive.RestPath;

/** How the models do in production. */
@Path("/api/v1/monitoring")
@Blocking
@RolesAllowed({Roles.VIEWER, Roles.RETENTION_LEAD, Roles.DATA_SCIENTIST, Roles.OPERATOR})
public class MonitoringResource {

  private final Monitoring monitoring;

  MonitoringResource(Monitoring monitoring) {
    this.monitoring = monitoring;
  }

  /** What was last said of the champion; 404 before it was watched for the first time. */
  @GET
  public ModelWatch champion() {
    return monitoring
        .champion()
        .orElseThrow(
            () ->
                Problem.notFound(
                    "No model has been watched yet: one must serve, and the day's monitoring must"
                        + " have run"));
  }

  /** What was last said of a model. */
  @GET
  @Path("/{version}")
  public ModelWatch model(@RestPath @NotBlank @Size(max = 64) String version) {
    return monitoring.of(version);
  }
}
