package dev.holdfast.effect.report;

import dev.holdfast.access.Roles;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** What a campaign caused. */
@Path("/api/v1/campaigns/{id}/effect")
@Blocking
@RolesAllowed({Roles.VIEWER, Roles.RETENTION_LEAD, Roles.DATA_SCIENTIST})
public class EffectResource {

  private final EffectReports reports;

  EffectResource(EffectReports reports) {
    this.reports = reports;
  }

  /** The effect of a run, by intention to treat, against the parties held out by lot. */
  @GET
  @Operation(
      summary = "What a run of a campaign caused, as far as it is known",
      description =
          "Churn of the hold-out less churn of the treatment, called or not. `words` is the verdict:"
              + " \"saved 41 to 97 (estimated; nobody in particular)\", \"no effect found ...\","
              + " \"not yet known, expected by 2026-12-24\", or \"hidden: ...\" while the arms are"
              + " not as the lot drew them.")
  public EffectReport of(
      @RestPath long id,
      @Parameter(description = "the newest unless given", example = "1") @RestQuery @Min(1)
          @Nullable Integer run,
      @Parameter(
              description = "assigned at or after this instant",
              example = "2026-10-01T00:00:00Z")
          @RestQuery
          @Nullable Instant from,
      @Parameter(description = "assigned before this instant", example = "2026-11-01T00:00:00Z")
          @RestQuery
          @Nullable Instant to,
      @Parameter(
              description = "slices by this field of the customers' profile instead of by month",
              example = "plan")
          @RestQuery
          @Size(max = 100)
          @Nullable String segment) {
    return reports.of(id, new EffectReports.Query(run, from, to, segment));
  }
}
