package dev.holdfast.campaign;

import dev.holdfast.access.Roles;
import dev.holdfast.campaign.Outcomes.OutcomeView;
import dev.holdfast.platform.Retried;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jboss.resteasy.reactive.RestPath;

/** What became of the calls. */
@Path("/api/v1/call-tasks/{id}/outcomes")
@Blocking
@Retried
public class OutcomesResource {

  private final Outcomes outcomes;
  private final SecurityIdentity caller;

  OutcomesResource(Outcomes outcomes, SecurityIdentity caller) {
    this.outcomes = outcomes;
    this.caller = caller;
  }

  /**
   * Records an outcome. An attempt without an answer leaves the task pending until the last one;
   * do-not-contact withdraws the party's consent on every channel at once.
   */
  @POST
  @RolesAllowed({Roles.AGENT, Roles.RETENTION_LEAD, Roles.SERVICE})
  @ResponseStatus(201)
  public OutcomeView record(@RestPath long id, @Valid @NotNull OutcomeReport report) {
    return outcomes.record(id, report, caller.getPrincipal().getName());
  }

  /** All outcomes of a task, oldest first, with those that a correction superseded. */
  @GET
  @RolesAllowed({Roles.AGENT, Roles.RETENTION_LEAD, Roles.SERVICE})
  public List<OutcomeView> history(@RestPath long id) {
    return outcomes.of(id);
  }

  /** Corrects an outcome by a further one; agents correct their own, leads anybody's. */
  @POST
  @Path("/{outcome}:correct")
  @RolesAllowed({Roles.AGENT, Roles.RETENTION_LEAD})
  @ResponseStatus(201)
  public OutcomeView correct(
      @RestPath long id, @RestPath long outcome, @Valid @NotNull OutcomeReport report) {
    return outcomes.correct(
        id, outcome, report, caller.getPrincipal().getName(), caller.hasRole(Roles.RETENTION_LEAD));
  }
}
