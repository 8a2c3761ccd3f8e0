package dev.holdfast.console;

import dev.holdfast.access.Roles;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;

/** The page at {@code /}: today's call list of each running campaign. */
@Path("/")
public class CallListResource {

  private final TodaysLists lists;

  CallListResource(TodaysLists lists) {
    this.lists = lists;
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
  public TemplateInstance today(@Context SecurityContext reader) {
    // Phone numbers go to those who call, as in the API.
    boolean mayCall = reader.isUserInRole(Roles.AGENT) || reader.isUserInRole(Roles.RETENTION_LEAD);
    return CallListPages.today(lists.read(mayCall));
  }
}
