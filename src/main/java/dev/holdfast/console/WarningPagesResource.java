package dev.holdfast.console;

import dev.holdfast.access.Roles;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestPath;

/** The pages of warnings: {@code /warnings} and one for each incident. */
@Path("/warnings")
@Blocking
@Produces(MediaType.TEXT_HTML)
@RolesAllowed({
  Roles.VIEWER,
  Roles.AGENT,
  Roles.RETENTION_LEAD,
  Roles.DATA_SCIENTIST,
  Roles.OPERATOR
})
public class WarningPagesResource {

  private final WarningWords warnings;

  WarningPagesResource(WarningWords warnings) {
    this.warnings = warnings;
  }

  @GET
  public TemplateInstance all() {
    return WarningPages.all(warnings.all());
  }

  @GET
  @Path("/{id}")
  public TemplateInstance one(@RestPath long id) {
    return WarningPages.one(warnings.one(id));
  }
}
