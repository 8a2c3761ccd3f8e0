package dev.holdfast.scoring;

import dev.holdfast.access.Roles;
import dev.holdfast.platform.Problem;
import dev.holdfast.scoring.Risks.RiskView;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The risks of many customers in one call. */
@Path("/api/v1/risk:batch")
@Blocking
public class RiskBatchResource {

  private static final int MAX_BATCH = 200;

  private final Risks risks;

  RiskBatchResource(Risks risks) {
    this.risks = risks;
  }

  /** The customers to look up, by external name. */
  public record BatchRequest(
      @NotNull @NotEmpty @Size(max = MAX_BATCH)
          List<@NotBlank @Size(max = 201) String> customers) {}

  /**
   * The answer for one customer of a batch: a risk, or why there is none.
   *
   * @param status 200, or the status that the single route would answer
   */
  public record BatchItem(
      String customer, int status, @Nullable RiskView risk, @Nullable String detail) {}

  /** The answers, in the order of the question. */
  public record BatchAnswer(List<BatchItem> results) {}

  /** The risks of up to 200 customers; each has its own status. */
  @POST
  @RolesAllowed({Roles.SERVICE, Roles.RETENTION_LEAD, Roles.DATA_SCIENTIST})
  public BatchAnswer batch(@Valid @NotNull BatchRequest request) {
    List<BatchItem> results = new ArrayList<>();
    for (String customer : request.customers()) {
      results.add(item(customer));
    }
    return new BatchAnswer(results);
  }

  private BatchItem item(String customer) {
    try {
      return new BatchItem(customer, 200, risks.of(customer), null);
    } catch (Problem problem) {
      return new BatchItem(customer, problem.status(), null, problem.detail());
    }
  }
}
