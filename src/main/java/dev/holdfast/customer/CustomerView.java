package dev.holdfast.customer;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A customer as shown.
 *
 * @param party the names of all customers of its party, its own included
 */
public record CustomerView(
    List<IdentifierView> identifiers,
    List<String> party,
    @Nullable String zone,
    Map<String, Object> profile,
    List<ContactPointView> contactPoints,
    List<ConsentView> consent) {

  /** An external name and from when to when it holds; null for always. */
  public record IdentifierView(
      String namespace, String value, @Nullable Instant validFrom, @Nullable Instant validTo) {}

  /** Where the party is reached. */
  public record ContactPointView(String channel, String value) {

    private static final int SHOWN = 4;

    /** Only the end, for those who may know that there is one and not which. */
    ContactPointView masked() {
      String end = value.length() <= 2 * SHOWN ? "" : value.substring(value.length() - SHOWN);
      return new ContactPointView(channel, "…" + end);
    }
  }

  /** The newest statement for a channel and purpose. */
  public record ConsentView(
      String channel, String purpose, boolean granted, Instant since, String origin) {}

  /** The same with contact points of which only the end is shown. */
  public CustomerView masked() {
    return new CustomerView(
        identifiers,
        party,
        zone,
        profile,
        contactPoints.stream().map(ContactPointView::masked).toList(),
        consent);
  }
}
