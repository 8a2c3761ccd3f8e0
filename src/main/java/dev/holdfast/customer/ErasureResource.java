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
import org.jspecify.annotations.Nullable;

/** Erases a customer. */
@Path("/api/v1/customers/{customer}/erasure")
@Blocking
@Retried
public class ErasureResource {

  private final Erasures erasures;
  private final SecurityIdentity caller;

  ErasureResource(Erasures erasures, SecurityIdentity caller) {
    this.erasures = erasures;
    this.caller = caller;
  }

  /**
   * Why and how much.
   *
   * @param reason kept, so it must not tell who it was
   * @param scope {@code party} or {@code customer}; absent if the party has no other customer
   */
  public record Wish(@NotBlank @Size(max = 500) String reason, Erasures.@Nullable Scope scope) {}

  /** Erases; the same again changes nothing and has the same answer. */
  @POST
  @RolesAllowed({Roles.RETENTION_LEAD, Roles.OPERATOR})
  @Operation(
      summary = "Erases a customer, or its whole party, for good",
      description =
          "Removes every row about the person. Counts, the ledger's internal numbers and numbers"
              + " that must not be called stay; the names are barred, so that what still arrives"
              + " under them is dropped.")
  public Erasures.Erased erase(@RestPath String customer, @NotNull @Valid Wish wish) {
    return erasures.erase(customer, wish.reason(), wish.scope(), caller.getPrincipal().getName());
  }
}
