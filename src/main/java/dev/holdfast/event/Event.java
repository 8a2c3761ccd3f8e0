package dev.holdfast.event;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One thing that happened to a customer.
 *
 * @param id unique within its source, 1 to 200 characters; a repeat is recognised by it
 * @param source the system that reported it, 1 to 100 characters
 * @param customer external name {@code namespace:value} of the customer
 * @param name what happened in the source's words, 1 to 100 characters
 * @param kind what it means for churn
 * @param occurredAt when it happened, UTC
 * @param availableAt when we could know of it, never set by the sender; training sees nothing
 *     earlier
 * @param availableAssumed true if {@code availableAt} is {@code occurredAt} for want of better
 *     knowledge (an import without such a column)
 * @param count how many times it happened, at least 1 (a daily summary has more)
 * @param amount money, in {@code currency}; negative for a refund
 * @param currency ISO 4217 code, given if and only if there is an amount with a known currency
 * @param channel where it happened: web, app, phone, store, ...
 * @param properties anything else, plain JSON values
 * @param backfill true for history: stored and applied, never triggering
 */
public record Event(
    String id,
    String source,
    String customer,
    String name,
    EventKind kind,
    Instant occurredAt,
    Instant availableAt,
    boolean availableAssumed,
    int count,
    @Nullable BigDecimal amount,
    @Nullable String currency,
    @Nullable String channel,
    Map<String, Object> properties,
    boolean backfill) {

  public Event {
    requireLength("id", id, 200);
    requireLength("source", source, 100);
    requireLength("name", name, 100);
    if (count < 1) {
      throw new IllegalArgumentException("count must be at least 1, was " + count);
    }
    properties = Map.copyOf(properties);
  }

  /** The key by which a repeat of this event is recognised. */
  public EventKey key() {
    return EventKey.of(source, id);
  }

  private static void requireLength(String field, String value, int max) {
    if (value.isBlank() || value.length() > max) {
      throw new IllegalArgumentException(
          field + " must have 1 to " + max + " characters, had " + value.length());
    }
  }
}
