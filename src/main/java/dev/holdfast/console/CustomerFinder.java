package dev.holdfast.console;

import dev.holdfast.access.Roles;
import dev.holdfast.customer.CustomerSearch;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.UriBuilder;
import java.util.List;

/** Finds customers for those who may see them. */
@ApplicationScoped
class CustomerFinder implements SearchSource {

  private final CustomerSearch customers;

  CustomerFinder(CustomerSearch customers) {
    this.customers = customers;
  }

  @Override
  public List<Found> find(String words, Shell reader, int most) {
    boolean calls = reader.has(Roles.AGENT) || reader.has(Roles.RETENTION_LEAD);
    if (!calls && !reader.has(Roles.VIEWER) && !reader.has(Roles.DATA_SCIENTIST)) {
      return List.of();
    }
    return customers.find(words, calls, most).stream()
        .map(
            match ->
                new Found(
                    "customer",
                    match.name() == null ? match.customer() : match.name(),
                    match.name() == null ? null : match.customer(),
                    address(match.customer())))
        .toList();
  }

  /** Where the page of a customer is. */
  static String address(String customer) {
    return UriBuilder.fromPath("/customers/{name}").build(customer).getRawPath();
  }
}
