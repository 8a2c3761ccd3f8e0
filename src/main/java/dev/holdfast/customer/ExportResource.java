package dev.holdfast.customer;

import dev.holdfast.access.Roles;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;

/** All that is kept about a customer. */
@Path("/api/v1/customers/{customer}/export")
@Blocking
public class ExportResource {

  private final PersonalExports exports;
  private final SecurityIdentity caller;

  ExportResource(PersonalExports exports, SecurityIdentity caller) {
    this.exports = exports;
    this.caller = caller;
  }

  /** One JSON document, to be saved; each export is in the audit. */
  @GET
  @Produces(MediaType.APPLICATION_JSON)
  @RolesAllowed({Roles.RETENTION_LEAD, Roles.OPERATOR})
  @Operation(
      summary = "All that is kept about a customer and its party",
      description =
          "One JSON document with a member for each kind of thing: identifiers, profile, contact"
              + " points, consent, events, risk, receipts, contact history and who read what.")
  public Response export(@RestPath String customer) {
    PersonalExports.Export export = exports.open(customer, caller.getPrincipal().getName());
    StreamingOutput document = export::writeTo;
    return Response.ok(document, MediaType.APPLICATION_JSON)
        .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"customer.json\"")
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .build();
  }
}
