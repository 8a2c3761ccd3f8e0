package dev.holdfast.model;

import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.List;
import java.util.NoSuchElementException;

/** The models and which of them serves. */
@Path("/api/v1/models")
@Produces(MediaType.APPLICATION_JSON)
public class ModelsResource {

  private final ModelRegistry registry;

  ModelsResource(ModelRegistry registry) {
    this.registry = registry;
  }

  /**
   * Why a version is made champion.
   *
   * @param reason recorded with the promotion, at most 500 characters
   */
  public record Promotion(@NotNull @Size(max = 500) String reason) {}

  /** All versions, newest first. */
  @GET
  @RolesAllowed({"viewer", "agent", "retention-lead", "data-scientist", "operator", "service"})
  public List<ModelVersion> list() {
    return registry.list();
  }

  /** Makes a version the champion; 409 if its gate forbids it. */
  @POST
  @Path("/{version}:promote")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed({"data-scientist", "operator"})
  public void promote(
      @PathParam("version") String version,
      @NotNull @Valid Promotion promotion,
      @Context SecurityContext security) {
    try {
      registry.promote(version, security.getUserPrincipal().getName(), promotion.reason());
    } catch (NoSuchElementException unknown) {
      throw new NotFoundException(unknown.getMessage(), unknown);
    } catch (PromotionRefused refused) {
      throw new ClientErrorException(refused.getMessage(), Response.Status.CONFLICT, refused);
    }
  }
}
