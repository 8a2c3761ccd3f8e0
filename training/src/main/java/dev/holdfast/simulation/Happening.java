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
 */
record Happening(
    Instant at,
    EventKind kind,
    String name,
    @Nullable String channel,
    @Nullable BigDecimal amount,
    Map<String, Object> properties) {

  static Happening of(Instant at, EventKind kind, String name, @Nullable String channel) {
    return new Happening(at, kind, name, channel, null, Map.of());
  }

  Happening with(String property, Object value) {
    return new Happening(at, kind, name, channel, amount, Map.of(property, value));
  }

  Happening costing(BigDecimal money) {
    return new Happening(at, kind, name, channel, money, properties);
  }
}
