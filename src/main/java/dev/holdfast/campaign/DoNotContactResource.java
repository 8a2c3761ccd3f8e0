package dev.holdfast.campaign;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.holdfast.access.Roles;
import dev.holdfast.customer.Customers;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.Retried;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.transaction.Transactional;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Objects;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Who must not be contacted. */
@Path("/api/v1/do-not-contact")
@Blocking
@Retried
public class DoNotContactResource {

  /**
   * A wish for no contact: of a customer's party, or for a number.
   *
   * @param customer {@code namespace:value}, absent for a number
   * @param number absent for a customer
   * @param origin where it was said
   */
  @JsonIgnoreProperties(ignoreUnknown = false)
  public record Wish(
      @Nullable @Size(max = 201) String customer,
      @Nullable @Size(max = 40) String number,
      @NotBlank @Size(max = 100) String origin) {}

  /** Why an entry is lifted. */
  @JsonIgnoreProperties(ignoreUnknown = false)
  public record Lift(@NotBlank @Size(max = 200) String reason) {}

  /** The id of what was recorded. */
  public record Recorded(long id) {}

  private final DoNotContact entries;
  private final Customers customers;
  private final BusinessClock clock;
  private final SecurityIdentity caller;

  DoNotContactResource(
      DoNotContact entries, Customers customers, BusinessClock clock, SecurityIdentity caller) {
    this.entries = entries;
    this.customers = customers;
    this.clock = clock;
    this.caller = caller;
  }

  /** The newest entries in force. */
  @GET
  @RolesAllowed(Roles.RETENTION_LEAD)
  public List<DoNotContact.Entry> list(
      @RestQuery @DefaultValue("100") @Min(1) @Max(1_000) int limit) {
    return entries.inForce(limit);
  }

  /** Records a wish; from the answer on nobody is contacted against it. */
  @POST
  @RolesAllowed({Roles.AGENT, Roles.RETENTION_LEAD, Roles.SERVICE})
  @ResponseStatus(201)
  @Transactional
  public Recorded add(@NotNull @Valid Wish wish) {
    String actor = caller.getPrincipal().getName();
    if ((wish.customer() == null) == (wish.number() == null)) {
      throw Problem.badRequest("Name either a customer or a number.");
    }
    if (wish.number() != null) {
      return new Recorded(entries.forbidNumber(wish.number(), wish.origin(), actor));
    }
    String name = Objects.requireNonNull(wish.customer());
    long id;
    try {
      id =
          customers
              .find(name, clock.now())
              .orElseThrow(() -> Problem.notFound("No customer is known as " + name));
    } catch (IllegalArgumentException malformed) {
      throw Problem.badRequest(String.valueOf(malformed.getMessage()));
    }
    Long party = customers.partiesOf(List.of(id)).get(id);
    if (party == null) {
      // Erased a moment ago, and the name is still remembered here.
      throw Problem.notFound("No customer is known as " + name);
    }
    return new Recorded(entries.forbidParty(party, wish.origin(), actor));
  }

  /** Lifts an entry, with a reason. */
  @POST
  @Path("/{id}:lift")
  @RolesAllowed(Roles.RETENTION_LEAD)
  @ResponseStatus(204)
  public void lift(@RestPath long id, @NotNull @Valid Lift lift) {
    entries.lift(id, lift.reason(), caller.getPrincipal().getName());
  }
}
