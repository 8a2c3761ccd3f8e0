package dev.holdfast.scoring;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.customer.Customers;
import dev.holdfast.event.Sources;
import dev.holdfast.model.ChurnModel;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.model.Reason;
import dev.holdfast.model.RegisteredModel;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The risk of a customer now, computed from the stored state at the moment it is asked for. */
@ApplicationScoped
public class Risks {

  private static final int REASONS = 3;

  /**
   * A customer's risk.
   *
   * @param customer the name it was asked for
   * @param risk calibrated probability of churn, in (0, 1)
   * @param band its label
   * @param asOf the instant up to which silence was counted
   * @param stale true if the feed of the customer's usage is behind the clock, so that part of the
   *     silence is not counted
   * @param model version that made the risk
   * @param reasons up to three, strongest first, in plain words; empty if nothing raises the risk
   * @param nextChange first minute of further silence at which the band or a campaign's threshold
   *     is reached; absent if never
   */
  public record RiskView(
      String customer,
      double risk,
      Band band,
      Instant asOf,
      boolean stale,
      String model,
      List<ReasonView> reasons,
      @Nullable Instant nextChange) {}

  /**
   * One reason.
   *
   * @param family group of features: usage, purchase, contact, ...
   * @param words plain words with the customer's own figures
   * @param contribution how much it raises the log-odds of churn
   */
  public record ReasonView(String family, String words, double contribution) {}

  /**
   * A risk as of now, and what it was computed from.
   *
   * @param risk calibrated probability of churn, in (0, 1)
   * @param asOf the instant up to which silence was counted
   */
  public record RiskNow(double risk, Instant asOf, ChurnModel model, ActivityState activity) {

    /** Up to three reasons, strongest first; computed when asked for. */
    public List<Reason> reasons() {
      return model.reasons(activity, asOf, REASONS);
    }
  }

  private final Customers customers;
  private final CustomerStates states;
  private final ModelRegistry models;
  private final Sources sources;
  private final Scorer scorer;
  private final ScoringConfig config;
  private final BusinessClock clock;

  Risks(
      Customers customers,
      CustomerStates states,
      ModelRegistry models,
      Sources sources,
      Scorer scorer,
      ScoringConfig config,
      BusinessClock clock) {
    this.customers = customers;
    this.states = states;
    this.models = models;
    this.sources = sources;
    this.scorer = scorer;
    this.config = config;
    this.clock = clock;
  }

  /**
   * The risk now of the customer with this external name.
   *
   * @throws Problem 400 for a malformed name, 404 for an unknown customer, 422 if there is nothing
   *     to judge by (with the reason), 503 while no model is promoted
   */
  public RiskView of(String name) {
    Instant now = clock.now();
    return view(name, now(name, now), now);
  }

  /** As {@link #of}, with what the risk was computed from. */
  RiskNow now(String name, Instant now) {
    long id = idOf(name, now);
    CustomerState state = states.read(List.of(id)).get(id);
    requireJudgeable(name, state == null ? ActivityState.empty() : state.activity());
    ChurnModel model = champion().model();
    return riskNow(Objects.requireNonNull(state), model, now, new HashMap<>());
  }

  /**
   * The customer that a name means at an instant.
   *
   * @throws Problem 400 for a malformed name, 404 for an unknown customer
   */
  long idOf(String name, Instant at) {
    try {
      return customers
          .find(name, at)
          .orElseThrow(() -> Problem.notFound("No customer is known as " + name));
    } catch (IllegalArgumentException malformed) {
      throw Problem.badRequest(String.valueOf(malformed.getMessage()));
    }
  }

  /**
   * Passes if there is silence to judge.
   *
   * @throws Problem 422 with the reason
   */
  static void requireJudgeable(String name, ActivityState activity) {
    if (activity.usageOccasions() == 0) {
      throw Problem.unprocessable(
          name + " has no usage or purchase on record, so there is no silence to judge");
    }
    if (activity.closed()) {
      throw Problem.unprocessable(name + " is closed; its risk is no longer computed");
    }
  }

  /**
   * The model that serves.
   *
   * @throws Problem 503 while there is none
   */
  RegisteredModel champion() {
    return models
        .champion()
        .orElseThrow(
            () ->
                Problem.unavailable(
                    "No model is promoted yet: train one and promote it", Duration.ofMinutes(1)));
  }

  /** True if silence was counted to so long before {@code now} that the feed must be behind. */
  boolean stale(Instant asOf, Instant now) {
    return asOf.isBefore(now.minus(config.staleAfter()));
  }

  /**
   * The risks now of these customers; whoever has none (unknown, no usage, closed, no model) is
   * left out.
   */
  public Map<Long, RiskNow> now(Collection<Long> customerIds) {
    Optional<RegisteredModel> champion = models.champion();
    if (champion.isEmpty() || customerIds.isEmpty()) {
      return Map.of();
    }
    Instant now = clock.now();
    Map<Integer, Optional<Instant>> watermarks = new HashMap<>();
    Map<Long, RiskNow> risks = new HashMap<>();
    for (CustomerState state : states.read(customerIds).values()) {
      if (state.activity().usageOccasions() > 0 && !state.activity().closed()) {
        risks.put(state.customerId(), riskNow(state, champion.get().model(), now, watermarks));
      }
    }
    return risks;
  }

  private RiskNow riskNow(
      CustomerState state,
      ChurnModel model,
      Instant now,
      Map<Integer, Optional<Instant>> watermarks) {
    Instant watermark = null;
    Integer source = state.sourceId();
    if (source != null) {
      watermark =
          watermarks
              .computeIfAbsent(source, id -> Optional.ofNullable(sources.watermark(id).reached()))
              .orElse(null);
    }
    Instant asOf = Scorer.silenceCountedUpTo(state.activity(), watermark, now);
    return new RiskNow(model.risk(state.activity(), asOf), asOf, model, state.activity());
  }

  private RiskView view(String name, RiskNow risk, Instant now) {
    Instant next =
        scorer
            .nextChange(
                risk.model().silence().of(risk.activity()),
                risk.asOf(),
                risk.risk(),
                scorer.levels())
            .orElse(null);
    return new RiskView(
        name,
        risk.risk(),
        config.bandOf(risk.risk()),
        risk.asOf(),
        stale(risk.asOf(), now),
        risk.model().version(),
        reasons(risk.model(), risk.activity(), risk.asOf()),
        next);
  }

  /** Up to three reasons, strongest first. */
  static List<ReasonView> reasons(ChurnModel model, ActivityState activity, Instant asOf) {
    return model.reasons(activity, asOf, REASONS).stream()
        .map(reason -> new ReasonView(reason.family(), reason.words(), reason.contribution()))
        .toList();
  }
}
