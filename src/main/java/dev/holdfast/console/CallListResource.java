package dev.holdfast.console;

import dev.holdfast.access.Roles;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Today's call list of each running campaign, to read and to print. */
@Path("/call-lists")
public class CallListResource {

  private final TodaysLists lists;
  private final Shell shell;

  CallListResource(TodaysLists lists, Shell shell) {
    this.lists = lists;
    this.shell = shell;
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
  public TemplateInstance today(@RestQuery @Nullable Long campaign) {
    // Phone numbers go to those who call, as in the API.
    boolean mayCall = shell.has(Roles.AGENT) || shell.has(Roles.RETENTION_LEAD);
    return CallListPages.today(lists.read(campaign, mayCall, shell.language()));
  }
}
