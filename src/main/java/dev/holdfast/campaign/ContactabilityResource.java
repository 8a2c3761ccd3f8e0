package dev.holdfast.campaign;

import dev.holdfast.access.Roles;
import dev.holdfast.customer.Customers;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Problem;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/** Whether a customer may be contacted now, and why not. */
@Path("/api/v1/customers/{customer}/contactability")
@Blocking
public class ContactabilityResource {

  /**
   * What one rule says.
   *
   * @param verdict {@code allows} or {@code blocks}
   * @param until when it will allow if nothing else happens; absent if time alone changes nothing
   */
  public record RuleView(PolicyRule rule, String verdict, String reason, @Nullable Instant until) {}

  /**
   * The answer for the party of a customer.
   *
   * @param allowed true if it may be called now
   * @param opensAt when that will be so if nothing else happens; absent if it is, or if time alone
   *     changes nothing
   * @param policy version of the contact policy
   * @param rules every rule, in the order of their weight
   * @param uses channels by which the customer comes to us, the most used first
   */
  public record ContactabilityView(
      String customer,
      String channel,
      Instant at,
      boolean allowed,
      @Nullable Instant opensAt,
      long policy,
      List<RuleView> rules,
      List<ChannelUse> uses) {}

  private final Customers customers;
  private final Contactability contactability;
  private final ChannelUses channels;
  private final BusinessClock clock;

  ContactabilityResource(
      Customers customers,
      Contactability contactability,
      ChannelUses channels,
      BusinessClock clock) {
    this.customers = customers;
    this.contactability = contactability;
    this.channels = channels;
    this.clock = clock;
  }

  /** Every rule of the policy for a call to this customer's party now. */
  @GET
  @RolesAllowed({Roles.AGENT, Roles.RETENTION_LEAD, Roles.SERVICE})
  @Transactional
  public ContactabilityView get(@RestPath String customer) {
    long id = idOf(customer);
    Map<Long, Long> parties = customers.partiesOf(List.of(id));
    Contactability.Answer answer = contactability.byPhone(parties.getOrDefault(id, id));
    PolicyDecision decision = answer.decision();
    return new ContactabilityView(
        customer,
        ContactFacts.PHONE,
        decision.at(),
        decision.allowed(),
        decision.opensAt().orElse(null),
        answer.policy(),
        decision.findings().stream()
            .map(
                finding ->
                    new RuleView(
                        finding.rule(),
                        finding.allowed() ? "allows" : "blocks",
                        finding.reason(),
                        finding.until()))
            .toList(),
        channels.of(id));
  }

  private long idOf(String name) {
    try {
      return customers
          .find(name, clock.now())
          .orElseThrow(() -> Problem.notFound("No customer is known as " + name));
    } catch (IllegalArgumentException malformed) {
      throw Problem.badRequest(String.valueOf(malformed.getMessage()));
    }
  }
}
