package dev.holdfast.simulation;

import dev.holdfast.event.EventKind;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something a customer did or that was done to them, before it travels to the company.
 *
 * @param at the true instant
 * @param ownNumber of what the company books itself because of a call, unique among these; null for
 *     all else
 */
record Happening(
    Instant at,
    EventKind kind,
    String name,
    @Nullable String channel,
    @Nullable BigDecimal amount,
    Map<String, Object> properties,
    @Nullable String ownNumber) {

  static Happening of(Instant at, EventKind kind, String name, @Nullable String channel) {
    return new Happening(at, kind, name, channel, null, Map.of(), null);
  }

  Happening with(String property, Object value) {
    return new Happening(at, kind, name, channel, amount, Map.of(property, value), ownNumber);
  }

  Happening costing(BigDecimal money) {
    return new Happening(at, kind, name, channel, money, properties, ownNumber);
  }

  Happening booked(String number) {
    return new Happening(at, kind, name, channel, amount, properties, number);
  }
}
