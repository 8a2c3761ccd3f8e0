package dev.holdfast.model;

import dev.holdfast.access.Audit;
import dev.holdfast.access.Roles;
import dev.holdfast.platform.Retried;
import jakarta.annotation.security.RolesAllowed;
import jakarta.transaction.Transactional;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.util.List;

/** The models: which of them serves, and which are scored in shadow. */
@Path("/api/v1/models")
@Produces(MediaType.APPLICATION_JSON)
@Retried
public class ModelsResource {

  private final ModelRegistry registry;
  private final Audit audit;

  ModelsResource(ModelRegistry registry, Audit audit) {
    this.registry = registry;
    this.audit = audit;
  }

  /**
   * Why a version is to serve, or no longer.
   *
   * @param reason recorded with the change, at most 500 characters
   */
  public record Why(@NotNull @Size(max = 500) String reason) {}

  /** All versions, newest first. */
  @GET
  @RolesAllowed({
    Roles.VIEWER,
    Roles.AGENT,
    Roles.RETENTION_LEAD,
    Roles.DATA_SCIENTIST,
    Roles.OPERATOR,
    Roles.SERVICE
  })
  public List<ModelVersion> list() {
    return registry.list();
  }

  /** Makes a version the champion; 409 if its gate or its files forbid it. */
  @POST
  @Path("/{version}:promote")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed({Roles.DATA_SCIENTIST, Roles.OPERATOR})
  @Transactional
  public void promote(
      @PathParam("version") String version,
      @NotNull @Valid Why why,
      @Context SecurityContext security) {
    String actor = security.getUserPrincipal().getName();
    Refusals.asProblems(version, () -> registry.promote(version, actor, why.reason()));
    audit.record(actor, "model.promote", "model:" + version, why.reason());
  }

  /**
   * Lets the champion before this one serve again; 409 unless this version serves and there was one
   * before it. Naming the version makes a repeated call harmless.
   */
  @POST
  @Path("/{version}:rollback")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed({Roles.DATA_SCIENTIST, Roles.OPERATOR})
  @Transactional
  public void rollback(
      @PathParam("version") String version,
      @NotNull @Valid Why why,
      @Context SecurityContext security) {
    String actor = security.getUserPrincipal().getName();
    Refusals.asProblems(version, () -> registry.rollback(version, actor, why.reason()));
    audit.record(actor, "model.rollback", "model:" + version, why.reason());
  }

  /** Scores a version in shadow from now on; 409 if it serves, or if three are scored already. */
  @POST
  @Path("/{version}:challenge")
  @RolesAllowed({Roles.DATA_SCIENTIST, Roles.OPERATOR})
  @Transactional
  public void challenge(@PathParam("version") String version, @Context SecurityContext security) {
    Refusals.asProblems(version, () -> registry.challenge(version));
    audit.record(
        security.getUserPrincipal().getName(), "model.challenge", "model:" + version, null);
  }

  /** Scores a version in shadow no longer. */
  @POST
  @Path("/{version}:retire")
  @RolesAllowed({Roles.DATA_SCIENTIST, Roles.OPERATOR})
  @Transactional
  public void retire(@PathParam("version") String version, @Context SecurityContext security) {
    Refusals.asProblems(version, () -> registry.retire(version));
    audit.record(security.getUserPrincipal().getName(), "model.retire", "model:" + version, null);
  }
}
