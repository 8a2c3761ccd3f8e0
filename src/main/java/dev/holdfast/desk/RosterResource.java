package dev.holdfast.desk;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.holdfast.access.Roles;
import dev.holdfast.campaign.CallLists;
import dev.holdfast.desk.Agents.Agent;
import dev.holdfast.desk.Shifts.Shift;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Retried;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Who works at the desk, when, and what their minutes are worth. */
@Path("/api/v1/desk")
@Blocking
@Retried
public class RosterResource {

  private static final String WORD = "[A-Za-z0-9][A-Za-z0-9_.-]{0,39}";
  private static final Duration DAY = Duration.ofDays(1);

  /** What an agent can do. */
  @JsonIgnoreProperties(ignoreUnknown = false)
  public record AbilitiesGiven(
      @NotNull @Size(max = 9) List<@NotNull @Pattern(regexp = WORD) String> languages,
      @NotNull @Size(max = 9) List<@NotNull @Pattern(regexp = WORD) String> skills) {}

  /** An agent of the desk. */
  public record AgentView(String name, List<String> languages, List<String> skills) {}

  /**
   * A shift to add.
   *
   * @param minutes of calls within it, breaks left out
   */
  @JsonIgnoreProperties(ignoreUnknown = false)
  public record ShiftGiven(
      @NotBlank @Size(max = 100) String agent,
      @NotNull Instant from,
      @NotNull Instant to,
      @Min(1) @Max(1_440) int minutes) {}

  /** A shift. */
  public record ShiftView(long id, String agent, Instant from, Instant to, int minutes) {}

  /**
   * What the agents' minutes of the next 24 hours are worth.
   *
   * @param minutes of calls that the shifts have left from now on
   * @param planned minutes that the best calls of all running campaigns take of them
   * @param calls how many these are
   * @param hourMore expected gain of one more agent-hour, in money
   */
  public record PlanView(Instant asOf, int minutes, int planned, int calls, double hourMore) {}

  private final Agents agents;
  private final Shifts shifts;
  private final CallLists lists;
  private final BusinessClock clock;
  private final SecurityIdentity caller;

  RosterResource(
      Agents agents, Shifts shifts, CallLists lists, BusinessClock clock, SecurityIdentity caller) {
    this.agents = agents;
    this.shifts = shifts;
    this.lists = lists;
    this.clock = clock;
    this.caller = caller;
  }

  /** The agents of whom something was said. */
  @GET
  @Path("/agents")
  @RolesAllowed(Roles.RETENTION_LEAD)
  public List<AgentView> agents() {
    return agents.all().stream()
        .map(agent -> new AgentView(agent.name(), agent.languages(), agent.skills()))
        .toList();
  }

  /** Says what an agent can do. */
  @PUT
  @Path("/agents/{name}")
  @RolesAllowed(Roles.RETENTION_LEAD)
  public AgentView set(
      @RestPath @NotBlank @Size(max = 100) String name, @NotNull @Valid AbilitiesGiven given) {
    agents.set(new Agent(name, given.languages(), given.skills()), caller.getPrincipal().getName());
    return new AgentView(name, given.languages(), given.skills());
  }

  /** The shifts that overlap with a time, by default the next 24 hours. */
  @GET
  @Path("/shifts")
  @RolesAllowed({Roles.AGENT, Roles.RETENTION_LEAD})
  public List<ShiftView> shifts(
      @RestQuery @Nullable Instant from, @RestQuery @Nullable Instant to) {
    Instant start = from == null ? clock.now() : from;
    return shifts.between(start, to == null ? start.plus(DAY) : to).stream()
        .map(RosterResource::view)
        .toList();
  }

  /** Adds a shift. */
  @POST
  @Path("/shifts")
  @RolesAllowed(Roles.RETENTION_LEAD)
  @ResponseStatus(201)
  public ShiftView add(@NotNull @Valid ShiftGiven given) {
    return view(
        shifts.add(
            given.agent(),
            given.from(),
            given.to(),
            given.minutes(),
            caller.getPrincipal().getName()));
  }

  /** Removes a shift. */
  @DELETE
  @Path("/shifts/{id}")
  @RolesAllowed(Roles.RETENTION_LEAD)
  @ResponseStatus(204)
  public void remove(@RestPath long id) {
    shifts.remove(id, caller.getPrincipal().getName());
  }

  /** What the minutes of the next 24 hours are worth, and those of one more hour. */
  @GET
  @Path("/plan")
  @RolesAllowed(Roles.RETENTION_LEAD)
  public PlanView plan() {
    Instant now = clock.now();
    Instant end = now.plus(DAY);
    double minutes =
        shifts.between(now, end).stream().mapToDouble(shift -> shift.minutesWithin(now, end)).sum();
    CallLists.Worth worth = lists.worth(minutes);
    return new PlanView(
        now,
        (int) Math.round(minutes),
        (int) Math.round(worth.minutes()),
        worth.calls(),
        worth.hourMore());
  }

  private static ShiftView view(Shift shift) {
    return new ShiftView(shift.id(), shift.agent(), shift.from(), shift.to(), shift.minutes());
  }
}
