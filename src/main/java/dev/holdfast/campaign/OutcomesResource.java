package dev.holdfast.campaign;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.holdfast.access.Audit;
import dev.holdfast.access.Roles;
import dev.holdfast.customer.Customers;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Problem;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.transaction.Transactional;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.Instant;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/** What became of the calls. */
@Path("/api/v1/call-tasks")
@Blocking
public class OutcomesResource {

  /** What the agent reports. */
  @JsonIgnoreProperties(ignoreUnknown = false)
  public record OutcomeReport(
      @NotNull Disposition disposition, @Nullable @Size(max = 500) String note) {}

  /** What was recorded, and the state of the task after it. */
  public record OutcomeView(
      long id, long taskId, Disposition disposition, Instant recordedAt, String taskState) {}

  private final Customers customers;
  private final BusinessClock clock;
  private final SecurityIdentity caller;
  private final Audit audit;

  OutcomesResource(Customers customers, BusinessClock clock, SecurityIdentity caller, Audit audit) {
    this.customers = customers;
    this.clock = clock;
    this.caller = caller;
    this.audit = audit;
  }

  /**
   * Records an outcome. An attempt without an answer leaves the task pending; do-not-contact
   * withdraws the party's consent on every channel at once.
   */
  @POST
  @Path("/{id}/outcomes")
  @RolesAllowed({Roles.AGENT, Roles.RETENTION_LEAD, Roles.SERVICE})
  @ResponseStatus(201)
  @Transactional
  public OutcomeView record(@RestPath long id, @Valid @NotNull OutcomeReport report) {
    CallTask task =
        CallTask.locked(id).orElseThrow(() -> Problem.notFound("There is no call task " + id));
    Instant now = clock.now();
    String actor = caller.getPrincipal().getName();
    Outcome outcome = new Outcome();
    outcome.callTaskId = id;
    outcome.disposition = report.disposition().wireName();
    outcome.note = report.note();
    outcome.recordedAt = now;
    outcome.recordedBy = actor;
    outcome.persist();
    if (report.disposition().finishes() && task.state.equals("pending")) {
      task.state = "done";
      task.finishedAt = now;
      task.finishReason = outcome.disposition;
    }
    if (report.disposition() == Disposition.DO_NOT_CONTACT) {
      customers.withdrawConsent(task.partyId, now, "outcome of call task " + id);
      audit.record(actor, "consent.withdraw", "party:" + task.partyId, "call task " + id);
    }
    return new OutcomeView(outcome.id, id, report.disposition(), now, task.state);
  }
}
