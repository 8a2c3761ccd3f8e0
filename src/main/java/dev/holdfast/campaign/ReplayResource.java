package dev.holdfast.campaign;

import dev.holdfast.access.Roles;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.Retried;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.LocalDate;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Campaigns tried on the past. */
@Path("/api/v1/campaigns/{id}/replays")
@Blocking
@Retried
public class ReplayResource {

  /** More belong into a process of their own. */
  private static final int MOST_CUSTOMERS = 100_000;

  private final ReplayRuns runs;
  private final Campaigns campaigns;
  private final SecurityIdentity caller;

  ReplayResource(ReplayRuns runs, Campaigns campaigns, SecurityIdentity caller) {
    this.runs = runs;
    this.campaigns = campaigns;
    this.caller = caller;
  }

  /**
   * What is to be tried.
   *
   * @param from first day, in UTC
   * @param to day after the last, 1 to 366 later
   * @param threshold risk that opens episodes instead of the campaign's, in [0.01, 0.99]; absent
   *     for the campaign's
   * @param customers looks at about so many, drawn by a hash; absent for 20,000
   */
  public record Wanted(
      @NotNull LocalDate from,
      @NotNull LocalDate to,
      @DecimalMin("0.01") @DecimalMax("0.99") @Nullable Double threshold,
      @Min(1) @Max(MOST_CUSTOMERS) @Nullable Integer customers) {}

  /** Asks for a replay; its page, and {@code GET} of its id, say how far it is. */
  @POST
  @ResponseStatus(202)
  @RolesAllowed({Roles.RETENTION_LEAD, Roles.DATA_SCIENTIST})
  @Operation(
      summary = "Tries the campaign on the stored history",
      description =
          "Whom it would have called on each day by what was known then, who of them churned, who"
              + " did not, what that would have cost; beside it the rule that calls about as many by"
              + " days of silence. Nothing else changes. The service tries one campaign at a time,"
              + " at half speed; the others wait (`state` is `waiting`, `place` 1 the next), at most 20"
              + " (409). All customers of a large deployment are for the command `holdfast replay`.")
  @RequestBody(
      content =
          @Content(
              schema = @Schema(implementation = Wanted.class),
              examples = {
                @ExampleObject(
                    name = "as it is",
                    value = "{\"from\": \"2026-01-01\", \"to\": \"2026-02-01\"}"),
                @ExampleObject(
                    name = "with another threshold",
                    value =
                        "{\"from\": \"2026-01-01\", \"to\": \"2026-02-01\", \"threshold\": 0.5,"
                            + " \"customers\": 5000}")
              }))
  public ReplayRun start(@RestPath long id, @Valid @NotNull Wanted wanted) {
    Integer customers = wanted.customers();
    ReplaySettings settings =
        new ReplaySettings(
            wanted.from(),
            wanted.to(),
            wanted.threshold(),
            customers == null ? ReplaySettings.USUAL_CUSTOMERS : customers);
    return runs.start(id, settings, caller.getPrincipal().getName());
  }

  /** Its replays, newest first; results without their days. */
  @GET
  @RolesAllowed({Roles.VIEWER, Roles.RETENTION_LEAD, Roles.DATA_SCIENTIST})
  public List<ReplayRun> list(
      @RestPath long id, @RestQuery @DefaultValue("50") @Min(1) @Max(500) int limit) {
    campaigns.view(id);
    return runs.of(id, limit);
  }

  /** One replay, with its days. */
  @GET
  @Path("/{replay}")
  @RolesAllowed({Roles.VIEWER, Roles.RETENTION_LEAD, Roles.DATA_SCIENTIST})
  public ReplayRun one(@RestPath long id, @RestPath long replay) {
    return runs.byId(id, replay)
        .orElseThrow(() -> Problem.notFound("Campaign " + id + " has no replay " + replay + "."));
  }

  /** Stops one that waits or runs; nothing of it is kept. */
  @POST
  @Path("/{replay}:stop")
  @RolesAllowed({Roles.RETENTION_LEAD, Roles.DATA_SCIENTIST})
  @Operation(
      summary = "Stops a replay",
      description =
          "One that waits or runs, of the service or of a command; 409 if it is over otherwise. Who"
              + " works on it ends within seconds, and the next takes its turn.")
  public ReplayRun stop(@RestPath long id, @RestPath long replay) {
    return runs.stop(id, replay, caller.getPrincipal().getName());
  }
}
