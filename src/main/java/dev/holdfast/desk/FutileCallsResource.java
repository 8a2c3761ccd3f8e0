package dev.holdfast.desk;

import dev.holdfast.access.Roles;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.time.LocalDate;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Calls that reached nobody. */
@Path("/api/v1/desk/futile-calls")
@Blocking
public class FutileCallsResource {

  private final FutileCalls calls;

  FutileCallsResource(FutileCalls calls) {
    this.calls = calls;
  }

  /** Futile calls by agent and by hour; of the last 28 days unless told otherwise. */
  @GET
  @RolesAllowed({Roles.RETENTION_LEAD, Roles.VIEWER})
  public FutileCalls.Report report(
      @RestQuery @Nullable LocalDate from, @RestQuery @Nullable LocalDate to) {
    return calls.between(from, to);
  }
}
