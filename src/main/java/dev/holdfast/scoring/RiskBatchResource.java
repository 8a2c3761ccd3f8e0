package dev.holdfast.scoring;

import dev.holdfast.access.Quotas;
import dev.holdfast.access.Roles;
import dev.holdfast.scoring.Risks.RiskAnswer;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The risks of many customers in one call. */
@Path("/api/v1/risk:batch")
@Blocking
public class RiskBatchResource {

  private static final int MAX_BATCH = 200;

  private final Risks risks;
  private final Quotas quotas;

  RiskBatchResource(Risks risks, Quotas quotas) {
    this.risks = risks;
    this.quotas = quotas;
  }

  /**
   * The customers to look up.
   *
   * @param customers external names
   * @param reasons how many with each risk at most; three if nothing is said
   */
  public record BatchRequest(
      @NotNull @NotEmpty @Size(max = MAX_BATCH) List<@NotBlank @Size(max = 201) String> customers,
      @Nullable @Min(0) @Max(Risks.MOST_REASONS) Integer reasons) {}

  /** The answers, in the order of the question. */
  public record BatchAnswer(List<RiskAnswer> results) {}

  /** The risks of up to 200 customers; each has its own status. */
  @POST
  @RolesAllowed({Roles.SERVICE, Roles.RETENTION_LEAD, Roles.DATA_SCIENTIST})
  public BatchAnswer batch(@Valid @NotNull BatchRequest request) {
    quotas.takeScores(request.customers().size());
    return new BatchAnswer(
        risks.of(
            request.customers(),
            Objects.requireNonNullElse(request.reasons(), Risks.MOST_REASONS)));
  }
}
