package dev.holdfast.desk;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.holdfast.access.Audit;
import dev.holdfast.access.Roles;
import dev.holdfast.campaign.CallQueue.Task;
import dev.holdfast.campaign.ChannelUses;
import dev.holdfast.campaign.ContactHistory;
import dev.holdfast.campaign.EffectFrom;
import dev.holdfast.campaign.OutcomeReport;
import dev.holdfast.campaign.Outcomes;
import dev.holdfast.campaign.Outcomes.OutcomeView;
import dev.holdfast.customer.ContactCard;
import dev.holdfast.customer.Customers;
import dev.holdfast.desk.Claims.Begun;
import dev.holdfast.desk.Claims.Claim;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.Retried;
import dev.holdfast.scoring.Risks;
import dev.holdfast.scoring.Risks.RiskNow;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.transaction.Transactional;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.sql.SQLTransactionRollbackException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/**
 * The calls of an agent: claim the next, begin it, say what came of it. An agent sees its own calls
 * only, and a number only from the beginning of the call on.
 */
@Path("/api/v1/desk")
@Blocking
@Retried
public class DeskResource {

  /**
   * A call in hand.
   *
   * @param id of the claim, for what follows
   * @param customer its first name {@code namespace:value}
   * @param name of the party, absent if unknown
   * @param zone of the party, absent if unknown
   * @param risk in (0, 1), as of now as on the call list; where it cannot be computed any more,
   *     that of its last place in the queue
   * @param asOf the instant up to which the customer's silence was counted for it; absent where it
   *     is not that of now
   * @param reasons up to three, in plain words, of that risk
   * @param effectFrom from what its place in the queue was reckoned: {@code prior} (nobody measured
   *     yet what calls do), {@code average} (of the campaign's measured calls) or {@code uplift}
   *     (of this customer)
   * @param channels by which the customer is best reached, the best first: as the campaign says,
   *     else as it comes to us; empty if neither is known
   * @param offer what may be offered, in the customer's language or else the campaign's first;
   *     absent if the campaign does not say
   * @param minutes that the call is expected to take
   * @param since when the risk reached the threshold
   * @param state {@code claimed}, {@code calling} or {@code gone}
   * @param gone why it is not to be made any more: {@code returned}, {@code do-not-contact}, ...
   * @param leaseUntil until when it is kept for the agent, in real time
   * @param earlier what came of earlier attempts of this task, oldest first
   */
  public record ClaimView(
      long id,
      long taskId,
      String campaign,
      String customer,
      @Nullable String name,
      @Nullable String zone,
      double risk,
      @Nullable Instant asOf,
      List<String> reasons,
      EffectFrom effectFrom,
      List<String> channels,
      @Nullable String offer,
      double minutes,
      Instant since,
      String state,
      @Nullable String gone,
      boolean exploration,
      double propensity,
      Instant leaseUntil,
      List<OutcomeView> earlier) {}

  /**
   * A call that begins.
   *
   * @param phone absent where a dialer keeps the numbers
   */
  public record CallView(long id, @Nullable String phone, Instant leaseUntil) {}

  /** Until when a call is put aside. */
  @JsonIgnoreProperties(ignoreUnknown = false)
  public record Snooze(@NotNull Instant until) {}

  private static final int ATTEMPTS = 3;

  private final Claims claims;
  private final Outcomes outcomes;
  private final Customers customers;
  private final ChannelUses channels;
  private final Risks risks;
  private final ContactHistory history;
  private final SecurityIdentity caller;
  private final Audit audit;

  DeskResource(
      Claims claims,
      Outcomes outcomes,
      Customers customers,
      ChannelUses channels,
      Risks risks,
      ContactHistory history,
      SecurityIdentity caller,
      Audit audit) {
    this.claims = claims;
    this.outcomes = outcomes;
    this.customers = customers;
    this.channels = channels;
    this.risks = risks;
    this.history = history;
    this.caller = caller;
    this.audit = audit;
  }

  /** Claims the next call; 204 if nobody can be called now. */
  @POST
  @Path("/tasks:claim")
  @RolesAllowed(Roles.AGENT)
  public Response claim() {
    return next()
        .map(
            claim ->
                Response.status(Response.Status.CREATED)
                    .entity(views(List.of(claim)).get(0))
                    .build())
        .orElseGet(() -> Response.noContent().build());
  }

  /** A claim that had to give way to another transaction begins anew. */
  private Optional<Claim> next() {
    for (int attempt = 1; ; attempt++) {
      try {
        return claims.next(agent());
      } catch (IllegalStateException failure) {
        if (attempt == ATTEMPTS
            || !(failure.getCause() instanceof SQLTransactionRollbackException)) {
          throw failure;
        }
      }
    }
  }

  /** What the agent has in hand, oldest first; what is gone meanwhile says so. */
  @GET
  @Path("/tasks/mine")
  @RolesAllowed(Roles.AGENT)
  public List<ClaimView> mine() {
    return views(claims.open(agent()));
  }

  /**
   * What came of the agent's own calls, counted by outcome.
   *
   * @param from since when, by the time of customers
   */
  @GET
  @Path("/outcomes")
  @RolesAllowed(Roles.AGENT)
  public Map<String, Integer> outcomes(@RestQuery @NotNull Instant from) {
    Map<String, Integer> counts = new TreeMap<>();
    history.outcomesOf(agent(), from).forEach((how, count) -> counts.put(how.wireName(), count));
    return counts;
  }

  /** Begins the call: asks the policy a last time and tells the number. */
  @POST
  @Path("/tasks/{claim}:call")
  @RolesAllowed(Roles.AGENT)
  @Transactional(dontRollbackOn = Problem.class)
  public CallView call(@RestPath long claim) {
    Begun begun = claims.call(claim, agent());
    audit.record(agent(), "desk.call", "call-task:" + begun.claim().task().id(), null);
    return new CallView(claim, begun.card().phone(), begun.claim().leaseUntil());
  }

  /** Gives the call back for somebody else. */
  @POST
  @Path("/tasks/{claim}:release")
  @RolesAllowed(Roles.AGENT)
  @ResponseStatus(204)
  public void release(@RestPath long claim) {
    claims.release(claim, agent());
  }

  /** Gives the call back for later. */
  @POST
  @Path("/tasks/{claim}:snooze")
  @RolesAllowed(Roles.AGENT)
  @ResponseStatus(204)
  public void snooze(@RestPath long claim, @NotNull @Valid Snooze snooze) {
    claims.snooze(claim, snooze.until(), agent());
  }

  /** Says what came of the call and ends the claim. */
  @POST
  @Path("/tasks/{claim}:complete")
  @RolesAllowed(Roles.AGENT)
  @ResponseStatus(201)
  public OutcomeView complete(@RestPath long claim, @NotNull @Valid OutcomeReport report) {
    return claims.complete(claim, report, agent());
  }

  private String agent() {
    return caller.getPrincipal().getName();
  }

  private List<ClaimView> views(List<Claim> open) {
    Map<Long, RiskNow> now =
        risks.now(open.stream().map(claim -> claim.task().customerId()).distinct().toList());
    return open.stream().map(claim -> view(claim, now.get(claim.task().customerId()))).toList();
  }

  private ClaimView view(Claim claim, @Nullable RiskNow now) {
    Task task = claim.task();
    Map<Long, String> names = customers.namesOf(List.of(task.customerId()));
    ContactCard card = customers.contactCards(List.of(task.partyId())).get(task.partyId());
    String state = claim.gone() != null ? "gone" : claim.calledAt() != null ? "calling" : "claimed";
    return new ClaimView(
        claim.id(),
        task.id(),
        task.campaign(),
        names.getOrDefault(task.customerId(), "id:" + task.customerId()),
        card == null ? null : card.displayName(),
        card == null ? null : card.zone(),
        now == null ? task.risk() : now.risk(),
        now == null ? null : now.asOf(),
        now == null ? task.reasons() : now.words(),
        task.effectFrom(),
        channels.ofTask(task.id()),
        task.offer(),
        task.minutes(),
        task.since(),
        state,
        claim.gone(),
        claim.exploration(),
        claim.propensity(),
        claim.leaseUntil(),
        outcomes.of(task.id()));
  }
}
