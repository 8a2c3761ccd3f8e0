package dev.holdfast.access;

import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.Set;
import java.util.TreeSet;

/** Who asks: lets an integrator see that its key works, and costs nothing. */
@Path("/api/v1/caller")
class CallerResource {

  private final SecurityIdentity caller;

  CallerResource(SecurityIdentity caller) {
    this.caller = caller;
  }

  /**
   * The caller.
   *
   * @param name of the user, or {@code key:} and the name of the key
   */
  record CallerView(String name, Set<String> roles) {}

  /** The caller's name and roles. */
  @GET
  @RolesAllowed({
    Roles.VIEWER,
    Roles.AGENT,
    Roles.RETENTION_LEAD,
    Roles.DATA_SCIENTIST,
    Roles.OPERATOR,
    Roles.SERVICE
  })
  public CallerView caller() {
    return new CallerView(caller.getPrincipal().getName(), new TreeSet<>(caller.getRoles()));
  }
}
