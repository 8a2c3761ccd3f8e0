package dev.holdfast.customer;

import dev.holdfast.access.Audit;
import dev.holdfast.access.Roles;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.Retried;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.transaction.Transactional;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/** Who a customer is. */
@Path("/api/v1/customers/{name}")
@Retried
class CustomerResource {

  private final CustomerRecords records;
  private final Audit audit;
  private final SecurityIdentity caller;

  CustomerResource(CustomerRecords records, Audit audit, SecurityIdentity caller) {
    this.records = records;
    this.audit = audit;
    this.caller = caller;
  }

  /** What is known about a customer. Contact points are masked for those who do not contact. */
  @GET
  @RolesAllowed({
    Roles.VIEWER,
    Roles.AGENT,
    Roles.RETENTION_LEAD,
    Roles.DATA_SCIENTIST,
    Roles.OPERATOR,
    Roles.SERVICE
  })
  public Response read(@RestPath String name) {
    CustomerRecords.Versioned found = records.read(name);
    boolean contacts =
        caller.hasRole(Roles.AGENT)
            || caller.hasRole(Roles.RETENTION_LEAD)
            || caller.hasRole(Roles.OPERATOR)
            || caller.hasRole(Roles.SERVICE);
    return Response.ok(contacts ? found.view() : found.view().masked())
        .header("ETag", quoted(found.version()))
        .build();
  }

  /** Creates a customer (201) or changes one (200). */
  @PUT
  @RolesAllowed({Roles.SERVICE, Roles.OPERATOR})
  @Transactional
  public Response change(
      @RestPath String name,
      @NotNull @Valid CustomerChange change,
      @RestHeader("If-Match") @Nullable String ifMatch) {
    String actor = caller.getPrincipal().getName();
    CustomerRecords.Changed changed =
        records.change(name, change, ifMatch == null ? null : unquoted(ifMatch), actor);
    for (CustomerChange.ConsentGiven statement : changed.statements()) {
      audit.record(
          actor,
          "consent-recorded",
          "customer:" + changed.customerId(),
          statement.channel()
              + ", "
              + statement.purpose()
              + ": "
              + (statement.granted() ? "granted" : "refused"));
    }
    return Response.status(changed.created() ? Response.Status.CREATED : Response.Status.OK)
        .entity(records.read(name).view())
        .header("ETag", quoted(changed.version()))
        .build();
  }

  private static String quoted(String version) {
    return "\"" + version + "\"";
  }

  private static String unquoted(String tag) {
    if (tag.length() < 2 || !tag.startsWith("\"") || !tag.endsWith("\"")) {
      throw Problem.badRequest("If-Match must be the ETag of an earlier answer, in quotes.");
    }
    return tag.substring(1, tag.length() - 1);
  }
}
