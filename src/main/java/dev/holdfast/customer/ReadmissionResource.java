package dev.holdfast.customer;

import dev.holdfast.access.Roles;
import dev.holdfast.platform.Retried;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;

/** Takes the name of an erased customer again. */
@Path("/api/v1/customers/{customer}/readmission")
@Blocking
@Retried
public class ReadmissionResource {

  private final Erasures erasures;
  private final SecurityIdentity caller;

  ReadmissionResource(Erasures erasures, SecurityIdentity caller) {
    this.erasures = erasures;
    this.caller = caller;
  }

  /** Why. */
  public record Readmission(@NotBlank @Size(max = 500) String reason) {}

  /** From now on the name means somebody new; what happened before stays barred. */
  @POST
  @RolesAllowed({Roles.RETENTION_LEAD, Roles.OPERATOR})
  @Operation(summary = "Lets the name of an erased customer mean somebody new from now on")
  public void readmit(@RestPath String customer, @NotNull @Valid Readmission wish) {
    erasures.readmit(customer, wish.reason(), caller.getPrincipal().getName());
  }
}
