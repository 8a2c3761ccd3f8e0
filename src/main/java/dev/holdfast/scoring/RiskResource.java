package dev.holdfast.scoring;

import dev.holdfast.access.Roles;
import dev.holdfast.scoring.Risks.RiskView;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import org.jboss.resteasy.reactive.RestPath;

/** The scoring endpoint that a CRM calls. */
@Path("/api/v1/customers/{customer}/risk")
@Blocking
public class RiskResource {

  private final Risks risks;

  RiskResource(Risks risks) {
    this.risks = risks;
  }

  /** The risk of one customer now. */
  @GET
  @RolesAllowed({
    Roles.SERVICE,
    Roles.VIEWER,
    Roles.AGENT,
    Roles.RETENTION_LEAD,
    Roles.DATA_SCIENTIST
  })
  public RiskView risk(@RestPath @NotBlank @Size(max = 201) String customer) {
    return risks.of(customer);
  }
}
