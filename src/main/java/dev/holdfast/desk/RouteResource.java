package dev.holdfast.desk;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.holdfast.access.Roles;
import dev.holdfast.campaign.Disposition;
import dev.holdfast.campaign.OutcomeReason;
import dev.holdfast.desk.AgentEffects.Estimate;
import dev.holdfast.desk.AgentEffects.Topic;
import dev.holdfast.desk.CallerLookup.Found;
import dev.holdfast.desk.CallerLookup.Who;
import dev.holdfast.desk.Routing.Caller;
import dev.holdfast.desk.Routing.Part;
import dev.holdfast.desk.Routing.Ranked;
import dev.holdfast.desk.Routing.Ranking;
import dev.holdfast.desk.Routing.Settings;
import dev.holdfast.desk.Routing.Sign;
import dev.holdfast.desk.Routing.Urgency;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Problem;
import dev.holdfast.scoring.Band;
import dev.holdfast.scoring.Standings.Standing;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Whom to put a caller through to, for a contact centre (ACD, IVR) that asks while the caller
 * waits. The answer comes within the deadline, with what is known by then.
 */
@Path("/api/v1/route")
@Blocking
public class RouteResource {

  private static final int MOST_SKILL = 40;

  /**
   * A caller.
   *
   * @param customer {@code namespace:value}, if the contact centre knows
   * @param phone number from which the call comes; used if {@code customer} is absent or unknown
   * @param queue in which the caller waits
   * @param waitSeconds so far
   * @param agents who are free, by name
   * @param reason for the call as the caller chose it, absent if nobody asked
   * @param weights by part, 0 to 10, instead of the configured ones; 0 switches a part off
   */
  @JsonIgnoreProperties(ignoreUnknown = false)
  public record RouteRequest(
      @Nullable @Size(max = 200) String customer,
      @Nullable @Size(max = 40) String phone,
      @NotBlank @Size(max = MOST_SKILL) String queue,
      @Min(0) @Max(86_400) int waitSeconds,
      @NotNull @Size(max = 200) List<@NotBlank @Size(max = 100) String> agents,
      @Nullable OutcomeReason reason,
      @Nullable Map<String, @NotNull @DecimalMin("0") @DecimalMax("10") Double> weights) {}

  /**
   * How well conversations of an agent end.
   *
   * @param share that ends well, in (0, 1), drawn towards all agents'
   * @param low lower end of its 95 percent interval
   * @param high upper end
   * @param ofAll share of all agents
   * @param conversations of the agent that speak of it
   */
  public record EffectView(
      double share, double low, double high, double ofAll, int conversations) {}

  /**
   * An agent.
   *
   * @param rank 1 is the one to put the caller through to
   * @param score sum of the parts, in points: one is one percent more chance of a good end
   * @param parts by name, each with its weight
   * @param callsPerHour so far today, absent if unknown
   * @param reasons in plain words
   */
  public record AgentView(
      String agent,
      int rank,
      double score,
      Map<String, Double> parts,
      EffectView effect,
      @Nullable Double callsPerHour,
      List<String> reasons) {}

  /**
   * What is known of the caller.
   *
   * @param name of the customer, {@code namespace:value}
   * @param value margin of the customer, in money; absent if unknown
   * @param language absent if unknown
   * @param risk probability of churn now, absent if it cannot be told
   * @param signs of a delicate state: {@code complaint}, {@code unhappy}, {@code high-risk}, ...
   * @param reasons of the risk, in plain words
   */
  public record CallerView(
      String name,
      @Nullable Double value,
      @Nullable String language,
      @Nullable Double risk,
      @Nullable Band band,
      List<String> signs,
      List<String> reasons) {}

  /**
   * How urgent the caller is among all who wait.
   *
   * @param score in [0, 100]
   * @param parts by value, state and service
   */
  public record UrgencyView(double score, Map<String, Double> parts) {}

  /**
   * The answer.
   *
   * @param caller absent if the caller is unknown; then the ranking is neutral
   * @param note what to know of the answer, in words; absent if it is complete
   * @param leftOut what was not known before the deadline: {@code customer}, {@code profile},
   *     {@code state}, {@code tasks}, {@code steps}, {@code agents}
   * @param exploration true if the first agent was drawn at random
   * @param propensity with which the first agent came first; to be reported with the outcome
   * @param topic what the effects are about: a skill, a reason, or everything
   * @param weights that were used
   */
  public record RouteView(
      Instant asOf,
      String queue,
      @Nullable CallerView caller,
      @Nullable String note,
      List<String> leftOut,
      UrgencyView urgency,
      List<AgentView> agents,
      boolean exploration,
      double propensity,
      String topic,
      Map<String, Double> weights,
      List<LatestSteps.Step> steps,
      List<LatestSteps.OpenTask> tasks) {}

  /**
   * A call that has ended.
   *
   * @param callId the contact centre's own; a repeat changes nothing
   * @param customer {@code namespace:value}, absent if nobody knows
   * @param phone number from which the call came; a wish for no contact of a caller whom nobody
   *     knows holds for it
   * @param endedAt by default now
   * @param seconds that it took
   * @param exploration as the route said, if the caller was put through to its first agent
   * @param propensity as the route said
   */
  @JsonIgnoreProperties(ignoreUnknown = false)
  public record EndedCall(
      @NotBlank @Size(max = 100) String callId,
      @Nullable @Size(max = 200) String customer,
      @Nullable @Size(max = 40) String phone,
      @NotBlank @Size(max = 100) String agent,
      @NotBlank @Size(max = MOST_SKILL) String queue,
      @NotNull Disposition disposition,
      @Nullable OutcomeReason reason,
      @Nullable Instant endedAt,
      @Nullable @Min(0) @Max(86_400) Integer seconds,
      boolean exploration,
      @Nullable @DecimalMin("0") @DecimalMax("1") Double propensity) {}

  /** Calls that have ended. */
  @JsonIgnoreProperties(ignoreUnknown = false)
  public record EndedCalls(
      @NotNull @Size(min = 1, max = 1_000) List<@NotNull @Valid EndedCall> calls) {}

  /** A call that was not taken, and why. */
  public record RefusedCall(String callId, String detail) {}

  /**
   * What became of a report.
   *
   * @param taken calls that are new
   * @param repeated calls that were there already
   */
  public record Taken(int taken, int repeated, List<RefusedCall> refused) {}

  private final AgentBoard board;
  private final CallerLookup lookup;
  private final InboundCalls inbound;
  private final RoutingConfig config;
  private final BusinessClock clock;
  private final SecurityIdentity asking;
  private final RandomGenerator random = new SecureRandom();

  RouteResource(
      AgentBoard board,
      CallerLookup lookup,
      InboundCalls inbound,
      RoutingConfig config,
      BusinessClock clock,
      SecurityIdentity asking) {
    this.board = board;
    this.lookup = lookup;
    this.inbound = inbound;
    this.config = config;
    this.clock = clock;
    this.asking = asking;
  }

  /** Ranks the free agents for a caller; a caller nobody knows gets a neutral ranking. */
  @POST
  @RolesAllowed({Roles.SERVICE, Roles.RETENTION_LEAD})
  public RouteView route(@NotNull @Valid RouteRequest request) {
    Settings settings = settings(request.weights());
    AgentBoard.Known known = board.known();
    Found found = lookup.look(request.customer(), request.phone(), config.deadline());
    Caller caller = caller(request, found, known);
    Topic topic = topic(request, known);
    Ranking ranking =
        Routing.rank(caller, known.candidates(request.agents(), topic), settings, random);
    Urgency urgency = Routing.urgency(caller, settings);
    List<String> leftOut = new ArrayList<>(found.leftOut());
    if (!board.read()) {
      leftOut.add("agents");
    }
    return new RouteView(
        clock.now(),
        request.queue(),
        view(found, caller),
        note(found, leftOut),
        leftOut,
        new UrgencyView(urgency.score(), named(urgency.parts())),
        ranking.agents().stream().map(RouteResource::view).toList(),
        ranking.exploration(),
        ranking.propensity(),
        topic.equals(AgentEffects.EVERYTHING) ? "everything" : topic.skill() + topic.reason(),
        named(settings.weights()),
        found.steps(),
        found.tasks());
  }

  /** Says what came of calls that customers made; a repeat changes nothing. */
  @POST
  @Path("/outcomes")
  @RolesAllowed({Roles.SERVICE, Roles.RETENTION_LEAD})
  public Taken ended(@NotNull @Valid EndedCalls report) {
    int taken = 0;
    int repeated = 0;
    List<RefusedCall> refused = new ArrayList<>();
    String actor = asking.getPrincipal().getName();
    for (EndedCall call : report.calls()) {
      try {
        boolean isNew =
            inbound.take(
                new InboundCalls.Ended(
                    call.callId(),
                    call.customer(),
                    call.phone(),
                    call.agent(),
                    skill(call.queue()),
                    call.disposition(),
                    call.reason(),
                    call.endedAt(),
                    call.seconds(),
                    call.exploration(),
                    call.propensity()),
                actor);
        taken += isNew ? 1 : 0;
        repeated += isNew ? 0 : 1;
      } catch (IllegalArgumentException | Problem wrong) {
        refused.add(new RefusedCall(call.callId(), String.valueOf(wrong.getMessage())));
      }
    }
    return new Taken(taken, repeated, refused);
  }

  private Settings settings(@Nullable Map<String, Double> asked) {
    RoutingConfig.Weights configured = config.weights();
    Map<Part, Double> weights = new EnumMap<>(Part.class);
    weights.put(Part.EFFECT, configured.effect());
    weights.put(Part.MATCH, configured.match());
    weights.put(Part.VALUE, configured.value());
    weights.put(Part.STATE, configured.state());
    weights.put(Part.SERVICE, configured.service());
    weights.put(Part.FAIRNESS, configured.fairness());
    if (asked != null) {
      asked.forEach((word, weight) -> weights.put(part(word), weight));
    }
    return new Settings(weights, config.usualValue(), config.fairnessBound(), config.exploration());
  }

  private static Part part(String word) {
    try {
      return Part.of(word);
    } catch (IllegalArgumentException unknown) {
      throw Problem.badRequest(unknown.getMessage() + ", was \"" + word + "\"");
    }
  }

  private Caller caller(RouteRequest request, Found found, AgentBoard.Known known) {
    Duration target =
        Optional.ofNullable(config.queues().get(request.queue().strip()))
            .flatMap(RoutingConfig.Queue::target)
            .orElse(config.target());
    double waits = (double) request.waitSeconds() / Math.max(1, target.toSeconds());
    Set<Sign> signs = EnumSet.noneOf(Sign.class);
    Standing standing = found.standing();
    if (standing != null) {
      add(signs, standing.openComplaint(), Sign.COMPLAINT);
      add(signs, standing.unhappy(), Sign.UNHAPPY);
      add(signs, standing.newcomer(), Sign.NEWCOMER);
      add(signs, standing.band() == Band.HIGH, Sign.HIGH_RISK);
      add(signs, standing.band() == Band.MEDIUM, Sign.MEDIUM_RISK);
    }
    add(signs, waits > 2, Sign.WAITED_LONG);
    String skill = skill(request.queue());
    Object given = found.profile().get("language");
    String language = given == null ? null : given.toString();
    return new Caller(
        value(found),
        signs,
        language != null && known.somebodySpeaks(language) ? language : null,
        known.somebodyHas(skill) ? skill : null,
        waits);
  }

  private static void add(Set<Sign> signs, boolean holds, Sign sign) {
    if (holds) {
      signs.add(sign);
    }
  }

  private @Nullable Double value(Found found) {
    Object given = found.profile().get(config.valueField());
    if (given != null) {
      try {
        double value = Double.parseDouble(given.toString());
        if (Double.isFinite(value) && value >= 0) {
          return value;
        }
      } catch (NumberFormatException none) {
        // A word where money was expected: nothing is known of the value.
        return null;
      }
    }
    return found.tasks().stream()
        .map(LatestSteps.OpenTask::value)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  /** The reason if calls for it were counted, else the skill, else all calls. */
  private Topic topic(RouteRequest request, AgentBoard.Known known) {
    OutcomeReason reason = request.reason();
    Topic ofReason = Topic.ofReason(reason == null ? "" : reason.wireName());
    if (reason != null && known.effects().knows(ofReason)) {
      return ofReason;
    }
    Topic ofSkill = Topic.ofSkill(skill(request.queue()));
    return known.effects().knows(ofSkill) ? ofSkill : AgentEffects.EVERYTHING;
  }

  private String skill(String queue) {
    String name = queue.strip();
    return Optional.ofNullable(config.queues().get(name))
        .flatMap(RoutingConfig.Queue::skill)
        .orElse(name);
  }

  private static @Nullable CallerView view(Found found, Caller caller) {
    Who who = found.who();
    if (who == null || who.ambiguous()) {
      return null;
    }
    Standing standing = found.standing();
    Object language = found.profile().get("language");
    return new CallerView(
        who.name(),
        caller.value(),
        language == null ? null : language.toString(),
        standing == null ? null : standing.risk(),
        standing == null ? null : standing.band(),
        caller.signs().stream().map(Sign::wireName).toList(),
        standing == null ? List.of() : standing.reasons());
  }

  private static @Nullable String note(Found found, List<String> leftOut) {
    Who who = found.who();
    if (who != null && who.ambiguous()) {
      return "several parties have this number: the ranking knows nothing of the caller";
    }
    if (who == null && !leftOut.contains(CallerLookup.Topic.CUSTOMER.wireName())) {
      return "nobody is known by this name or number: the ranking knows nothing of the caller";
    }
    return leftOut.isEmpty() ? null : "not known in time: " + String.join(", ", leftOut);
  }

  private static AgentView view(Ranked one) {
    Estimate effect = one.candidate().effect();
    return new AgentView(
        one.candidate().agent(),
        one.rank(),
        one.score(),
        named(one.parts()),
        new EffectView(
            effect.share(), effect.low(), effect.high(), effect.ofAll(), effect.conversations()),
        one.candidate().callsPerHour(),
        one.reasons());
  }

  private static Map<String, Double> named(Map<Part, Double> parts) {
    Map<String, Double> named = new LinkedHashMap<>();
    parts.forEach((part, points) -> named.put(part.wireName(), points));
    return named;
  }
}
