package dev.holdfast.console;

import dev.holdfast.access.Roles;
import dev.holdfast.customer.CustomerRecords;
import dev.holdfast.customer.Erasures;
import dev.holdfast.customer.Erasures.Erased;
import dev.holdfast.customer.Erasures.Scope;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.Retried;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.List;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** The page on which a customer is erased, once its name has been typed again. */
@Path("/")
@Blocking
@Retried
@Produces(MediaType.TEXT_HTML)
@RolesAllowed({Roles.RETENTION_LEAD, Roles.OPERATOR})
public class PrivacyPagesResource {

  private final CustomerRecords records;
  private final Erasures erasures;
  private final Shell shell;

  PrivacyPagesResource(CustomerRecords records, Erasures erasures, Shell shell) {
    this.records = records;
    this.erasures = erasures;
    this.shell = shell;
  }

  /**
   * The form.
   *
   * @param address of the customer, below which the form is
   * @param party all customers of the party
   * @param leave where to go without having done anything: to the customer, or whence operators
   *     come, who do not see customers
   * @param problem why it was not done, null at first
   */
  public record Asked(
      String customer,
      String address,
      List<String> party,
      String leave,
      @Nullable String reason,
      @Nullable String problem) {

    public Asked {
      party = List.copyOf(party);
    }
  }

  @CheckedTemplate(basePath = "PrivacyPages")
  static final class Templates {

    private Templates() {}

    static native TemplateInstance ask(Asked page);

    static native TemplateInstance done(Erased page);
  }

  /** Leads to the form of the customer whom somebody named. */
  @GET
  @Path("/erasures")
  public Response find(@RestQuery @Nullable String customer) {
    String name = Forms.given(customer);
    return Response.seeOther(
            URI.create(name == null ? leave(null) : CustomerFinder.address(name) + "/erasure"))
        .build();
  }

  @GET
  @Path("/customers/{name}/erasure")
  public TemplateInstance ask(@RestPath String name) {
    return Templates.ask(asked(name, null, null));
  }

  /** What was done; it names nobody. */
  @GET
  @Path("/erasures/{id}")
  public TemplateInstance done(@RestPath long id) {
    return Templates.done(erasures.of(id));
  }

  /** Erases, and shows what was done. */
  @POST
  @Path("/customers/{name}/erasure")
  @OwnForm
  public Response erase(
      @RestPath String name,
      @RestForm @Nullable String reason,
      @RestForm @Nullable String scope,
      @RestForm @Nullable String confirmed) {
    String why = reason == null ? "" : reason.strip();
    try {
      if (confirmed == null || !confirmed.strip().equals(name)) {
        throw Problem.badRequest(shell.words().of("privacy_not_confirmed", name));
      }
      Erased erased = erasures.erase(name, why, scopeOf(scope), shell.user());
      return Response.seeOther(URI.create("/erasures/" + erased.erasure())).build();
    } catch (Problem problem) {
      if (problem.status() == Response.Status.NOT_FOUND.getStatusCode()) {
        throw problem;
      }
      return Forms.page(problem.status(), Templates.ask(asked(name, why, problem.detail())));
    }
  }

  private Asked asked(String name, @Nullable String reason, @Nullable String problem) {
    String address = CustomerFinder.address(name);
    return new Asked(
        name, address, records.read(name).view().party(), leave(address), reason, problem);
  }

  private String leave(@Nullable String customer) {
    if (!shell.leadsTo("/customers")) {
      return "/operate";
    }
    return customer == null ? "/customers" : customer;
  }

  private static @Nullable Scope scopeOf(@Nullable String scope) {
    return "party".equals(scope) ? Scope.PARTY : "customer".equals(scope) ? Scope.CUSTOMER : null;
  }
}
