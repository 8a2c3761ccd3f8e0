package dev.holdfast.scoring;

import dev.holdfast.access.Roles;
import dev.holdfast.platform.Problem;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;

/** The risks of any number of customers, line by line. */
@Path("/api/v1/risk:stream")
@Blocking
public class RiskStreamResource {

  private static final String NDJSON = "application/x-ndjson";
  private static final Duration AGAIN = Duration.ofSeconds(30);

  private final RiskStream stream;
  private final Risks risks;
  private final SecurityIdentity caller;
  private final CurrentVertxRequest request;
  private final Semaphore free;

  RiskStreamResource(
      RiskStream stream,
      Risks risks,
      SecurityIdentity caller,
      CurrentVertxRequest request,
      ScoringConfig config) {
    this.stream = stream;
    this.risks = risks;
    this.caller = caller;
    this.request = request;
    this.free = new Semaphore(config.streams());
  }

  /**
   * Answers each line that names a customer, in order, with a line. The names are read first, so
   * that a caller who sends all before it reads anything is served too; answers are made only as
   * fast as the caller takes them.
   *
   * @param body one name a line, plain or as a JSON string; empty for all customers, which only a
   *     service may ask
   * @param reasons how many with each risk at most; without any the answers come faster
   */
  @POST
  @Consumes({NDJSON, MediaType.TEXT_PLAIN})
  @Produces(NDJSON)
  @RolesAllowed({Roles.SERVICE, Roles.DATA_SCIENTIST})
  @Operation(
      description =
          "One name a line in, one answer a line out (status 200 with risk, or 400, 404, 422 with"
              + " detail); the last line has end=true, the counts, and complete=false if the"
              + " stream was cut short. An empty body asks for all customers.")
  public Response stream(
      @RestQuery @DefaultValue("3") @Min(0) @Max(Risks.MOST_REASONS) int reasons, InputStream body)
      throws IOException {
    risks.champion();
    takeAPlace();
    byte[] names = body.readAllBytes();
    if (names.length == 0 && !caller.hasRole(Roles.SERVICE)) {
      throw Problem.of(
          403, "Forbidden", "Only a service may ask for all customers; name some, one a line.");
    }
    StreamingOutput answers =
        names.length == 0
            ? out -> stream.ofAllCustomers(reasons, out)
            : out -> stream.ofNames(new ByteArrayInputStream(names), reasons, out);
    return Response.ok(answers, NDJSON).header("Cache-Control", "no-store").build();
  }

  /** Given back when the response has ended in whatever way. */
  private void takeAPlace() {
    if (!free.tryAcquire()) {
      throw Problem.unavailable(
          "As many streams as are allowed at a time are under way; try again.", AGAIN);
    }
    request.getCurrent().addEndHandler(ended -> free.release());
  }
}
