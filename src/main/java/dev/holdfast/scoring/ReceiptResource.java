package dev.holdfast.scoring;

import dev.holdfast.access.Audit;
import dev.holdfast.access.Roles;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import org.jboss.resteasy.reactive.RestPath;

/** What a past score was computed from. */
@Path("/api/v1/receipts/{id}")
@Blocking
public class ReceiptResource {

  private final Receipts receipts;
  private final Audit audit;
  private final SecurityIdentity caller;

  ReceiptResource(Receipts receipts, Audit audit, SecurityIdentity caller) {
    this.receipts = receipts;
    this.audit = audit;
    this.caller = caller;
  }

  /** One receipt, recomputed. It tells what a person did, so that reading it is recorded. */
  @GET
  @RolesAllowed({
    Roles.SERVICE,
    Roles.VIEWER,
    Roles.AGENT,
    Roles.RETENTION_LEAD,
    Roles.DATA_SCIENTIST
  })
  public Receipt read(@RestPath long id) {
    Receipt receipt = receipts.of(id);
    audit.record(caller.getPrincipal().getName(), "receipt-read", "receipt:" + id, null);
    return receipt;
  }
}
