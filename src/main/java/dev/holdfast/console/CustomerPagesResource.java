package dev.holdfast.console;

import dev.holdfast.access.Roles;
import dev.holdfast.scoring.Receipt;
import dev.holdfast.scoring.ReceiptResource;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** The pages of customers: finding one, one as a whole, and the receipts of past scores. */
@Path("/")
@Blocking
@Produces(MediaType.TEXT_HTML)
@RolesAllowed({Roles.VIEWER, Roles.AGENT, Roles.RETENTION_LEAD, Roles.DATA_SCIENTIST})
public class CustomerPagesResource {

  private static final int MOST = 50;

  private final CustomerWords words;
  private final CustomerFinder finder;
  private final ReceiptResource receipts;
  private final Shell shell;

  CustomerPagesResource(
      CustomerWords words, CustomerFinder finder, ReceiptResource receipts, Shell shell) {
    this.words = words;
    this.finder = finder;
    this.receipts = receipts;
    this.shell = shell;
  }

  /** What a search found. */
  public record Found(String words, List<SearchSource.Found> customers) {}

  @CheckedTemplate(basePath = "CustomerPages")
  static final class Templates {

    private Templates() {}

    static native TemplateInstance find(Found page);

    static native TemplateInstance one(CustomerData page);

    static native TemplateInstance receipt(Receipt page, String address);
  }

  @GET
  @Path("/customers")
  public TemplateInstance find(@RestQuery @Nullable String q) {
    String wanted = q == null ? "" : q.strip();
    return Templates.find(
        new Found(wanted, wanted.isEmpty() ? List.of() : finder.find(wanted, shell, MOST)));
  }

  @GET
  @Path("/customers/{name}")
  public TemplateInstance one(@RestPath String name) {
    return Templates.one(words.of(shell, name));
  }

  /** A receipt; reading it is recorded. */
  @GET
  @Path("/receipts/{id}")
  public TemplateInstance receipt(@RestPath long id) {
    Receipt receipt = receipts.read(id);
    return Templates.receipt(receipt, CustomerFinder.address(receipt.customer()));
  }
}
