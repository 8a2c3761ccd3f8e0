package dev.holdfast.scoring;

import dev.holdfast.access.Roles;
import dev.holdfast.platform.BusinessClock;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import org.jboss.resteasy.reactive.RestPath;

/** The scores of a customer that mattered. */
@Path("/api/v1/customers/{customer}/receipts")
@Blocking
public class CustomerReceiptsResource {

  private final Receipts receipts;
  private final BusinessClock clock;

  CustomerReceiptsResource(Receipts receipts, BusinessClock clock) {
    this.receipts = receipts;
    this.clock = clock;
  }

  /** The latest receipts, newest first, at most 100. */
  @GET
  @RolesAllowed({
    Roles.SERVICE,
    Roles.VIEWER,
    Roles.AGENT,
    Roles.RETENTION_LEAD,
    Roles.DATA_SCIENTIST
  })
  public List<Receipt.Line> list(@RestPath @NotBlank @Size(max = 201) String customer) {
    return receipts.list(customer, clock.now());
  }
}
