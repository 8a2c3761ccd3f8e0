package dev.holdfast.scoring;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.access.Quotas;
import dev.holdfast.access.Roles;
import dev.holdfast.scoring.Risks.ReasonView;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The risk that somebody would have: nothing is stored and nobody is contacted. */
@Path("/api/v1/risk:what-if")
@Blocking
public class RiskWhatIfResource {

  private static final int MOST_EVENTS = 2_500;
  private static final int MOST_FEATURES = 500;

  private final WhatIf whatIf;
  private final Quotas quotas;

  RiskWhatIfResource(WhatIf whatIf, Quotas quotas) {
    this.whatIf = whatIf;
    this.quotas = quotas;
  }

  /**
   * What is supposed: events, with or without those of a customer; or features, for a customer all
   * or some.
   *
   * @param customer whose events or features are kept beside the supposed ones; null for nobody's
   * @param events as the intake takes them; id, source and customer may be left out
   * @param features values by name; those of a customer may be left out
   * @param asOf the instant to judge at, not before any event; without it now
   */
  public record Supposition(
      @Nullable @Size(max = 201) String customer,
      @Nullable @Size(max = MOST_EVENTS) List<@NotNull JsonNode> events,
      @Nullable @Size(max = MOST_FEATURES) Map<@NotBlank String, @NotNull Double> features,
      @Nullable Instant asOf) {}

  /**
   * The risk under the supposition.
   *
   * @param customer whose history was kept; null for nobody's
   * @param risk calibrated probability of churn, in (0, 1)
   * @param supposed names of the features that the caller gave; empty for events
   * @param basis whether the history speaks, or the population for want of one; null for features
   *     of nobody
   * @param reasons up to three, strongest first
   * @param nextChange first minute of silence at which the next watched level is reached; null if
   *     never, or for features
   */
  public record SupposedRisk(
      @Nullable String customer,
      double risk,
      Band band,
      Instant asOf,
      @Nullable RiskBasis basis,
      String model,
      int featureVersion,
      List<String> supposed,
      List<ReasonView> reasons,
      @Nullable Instant nextChange) {}

  /**
   * Judges a supplied history or set of features. What is missing or out of range is refused, never
   * filled in.
   */
  @POST
  @RolesAllowed({Roles.SERVICE, Roles.RETENTION_LEAD, Roles.DATA_SCIENTIST})
  public SupposedRisk whatIf(@Valid @NotNull Supposition supposition) {
    quotas.takeWhatIf();
    return whatIf.judge(supposition);
  }
}
