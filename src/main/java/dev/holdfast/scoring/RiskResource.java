package dev.holdfast.scoring;

import dev.holdfast.access.Quotas;
import dev.holdfast.access.Roles;
import dev.holdfast.scoring.RiskHistory.Page;
import dev.holdfast.scoring.Risks.Question;
import dev.holdfast.scoring.Risks.RiskView;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** The scoring endpoint that a CRM calls. */
@Path("/api/v1/customers/{customer}/risk")
@RolesAllowed({
  Roles.SERVICE,
  Roles.VIEWER,
  Roles.AGENT,
  Roles.RETENTION_LEAD,
  Roles.DATA_SCIENTIST
})
@Blocking
public class RiskResource {

  /** The answer is the customer's, and stays good as long as its tag does. */
  private static final String MINE_AND_ASK_AGAIN = "private, no-cache";

  private final Risks risks;
  private final RiskProjections projections;
  private final RiskHistory history;
  private final Quotas quotas;
  private final ScoringConfig config;

  RiskResource(
      Risks risks,
      RiskProjections projections,
      RiskHistory history,
      Quotas quotas,
      ScoringConfig config) {
    this.risks = risks;
    this.projections = projections;
    this.history = history;
    this.quotas = quotas;
    this.config = config;
  }

  /**
   * The risk of one customer now; 304 if the caller has it already.
   *
   * @param reasons how many at most
   */
  @GET
  @NonBlocking
  @APIResponse(
      responseCode = "200",
      description = "The risk, with a strong ETag",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = RiskView.class)))
  @APIResponse(responseCode = "304", description = "If-None-Match names the ETag of this risk")
  @APIResponse(responseCode = "404", description = "Nobody has this name")
  @APIResponse(responseCode = "422", description = "There is nothing to judge by; detail says why")
  @APIResponse(responseCode = "429", description = "The caller's quota is used up")
  public Uni<Response> risk(
      @RestPath @NotBlank @Size(max = 201) String customer,
      @RestQuery @DefaultValue("3") @Min(0) @Max(Risks.MOST_REASONS) int reasons,
      @RestHeader("If-None-Match") @Nullable String ifNoneMatch) {
    quotas.takeScores(1);
    return Uni.createFrom()
        .completionStage(risks.ask(customer, asked -> response(asked, reasons, ifNoneMatch)));
  }

  private Response response(Question asked, int reasons, @Nullable String ifNoneMatch) {
    String tag = RiskTag.of(asked, reasons, config);
    Response.ResponseBuilder response =
        RiskTag.isKnown(ifNoneMatch, tag)
            ? Response.notModified()
            : Response.ok(risks.answer(asked, reasons), MediaType.APPLICATION_JSON_TYPE);
    return response
        .header(HttpHeaders.ETAG, tag)
        .header(HttpHeaders.CACHE_CONTROL, MINE_AND_ASK_AGAIN)
        .build();
  }

  /** What silence will make of the risk: day by day, and when each watched level is reached. */
  @GET
  @Path("/projection")
  public RiskProjection projection(
      @RestPath @NotBlank @Size(max = 201) String customer,
      @RestQuery @DefaultValue("14") @Min(1) @Max(RiskProjections.MOST_DAYS) int days) {
    quotas.takeScores(1);
    return projections.of(customer, days);
  }

  /**
   * The recorded scores of the customer, newest first.
   *
   * @param from recorded at this instant or later; without it from the first
   * @param to recorded before this instant; without it to the last
   * @param cursor as the page before named it
   */
  @GET
  @Path("/history")
  public Page history(
      @RestPath @NotBlank @Size(max = 201) String customer,
      @RestQuery @Nullable Instant from,
      @RestQuery @Nullable Instant to,
      @RestQuery @DefaultValue("100") @Min(1) @Max(RiskHistory.LONGEST_PAGE) int limit,
      @RestQuery @Nullable String cursor) {
    quotas.takeScores(1);
    return history.page(customer, from, to, limit, cursor);
  }
}
