package dev.holdfast.model;

import dev.holdfast.access.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;

/** Which version served when, and why. */
@Path("/api/v1/promotions")
@Produces(MediaType.APPLICATION_JSON)
public class PromotionsResource {

  private final ModelRegistry registry;

  PromotionsResource(ModelRegistry registry) {
    this.registry = registry;
  }

  /** Every change of the champion, newest first. */
  @GET
  @RolesAllowed({Roles.VIEWER, Roles.RETENTION_LEAD, Roles.DATA_SCIENTIST, Roles.OPERATOR})
  public List<Promotion> list() {
    return registry.promotions();
  }
}
