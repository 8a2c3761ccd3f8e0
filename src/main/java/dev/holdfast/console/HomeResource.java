package dev.holdfast.console;

import dev.holdfast.access.Roles;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** The first page: what needs doing today, by role. */
@Path("/")
public class HomeResource {

  private final HomeWords home;
  private final Shell shell;

  HomeResource(HomeWords home, Shell shell) {
    this.home = home;
    this.shell = shell;
  }

  @CheckedTemplate(basePath = "HomePages")
  static final class Templates {

    private Templates() {}

    static native TemplateInstance home(HomeData page);
  }

  @GET
  @Produces(MediaType.TEXT_HTML)
  @Blocking
  @RolesAllowed({
    Roles.VIEWER,
    Roles.AGENT,
    Roles.RETENTION_LEAD,
    Roles.DATA_SCIENTIST,
    Roles.OPERATOR
  })
  public TemplateInstance home() {
    return Templates.home(home.of(shell));
  }
}
