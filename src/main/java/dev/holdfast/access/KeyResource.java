package dev.holdfast.access;

import dev.holdfast.access.ApiKeys.KeyView;
import dev.holdfast.access.ApiKeys.NewKey;
import dev.holdfast.platform.Retried;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/** Keys of machines, for operators. */
@Path("/api/v1/keys")
@RolesAllowed(Roles.OPERATOR)
@Retried
class KeyResource {

  private final ApiKeys keys;
  private final SecurityIdentity caller;

  KeyResource(ApiKeys keys, SecurityIdentity caller) {
    this.keys = keys;
    this.caller = caller;
  }

  /**
   * What a new key shall be.
   *
   * @param name tells people what uses it
   * @param roles some of viewer, agent, retention-lead, data-scientist, operator, service
   * @param expiresAt when it ends by itself; absent for never
   */
  record KeyOrder(
      @NotBlank @Size(max = 90) String name,
      @NotEmpty Set<@NotBlank String> roles,
      @Nullable Instant expiresAt) {}

  /** Creates a key; the answer is the only place where it is ever shown. */
  @POST
  public Response create(@NotNull @Valid KeyOrder order) {
    NewKey key =
        keys.create(
            order.name(), order.roles(), order.expiresAt(), caller.getPrincipal().getName());
    return Response.status(Response.Status.CREATED)
        .header("Cache-Control", "no-store")
        .entity(key)
        .build();
  }

  /** The newest thousand keys, without their secrets. */
  @GET
  public List<KeyView> list() {
    return keys.list();
  }

  /** Ends a key at once. */
  @DELETE
  @Path("/{id}")
  public void revoke(@RestPath long id) {
    keys.revoke(id, caller.getPrincipal().getName());
  }
}
