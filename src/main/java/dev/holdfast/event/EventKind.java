package dev.holdfast.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an event means for churn. The order is stored (see the table {@code event}) and only grows.
 */
public enum EventKind {
  /** The customer used the service on their own initiative. */
  USAGE,
  /** The customer bought something; it counts as usage too. */
  PURCHASE,
  /** The customer contacted us. */
  INTERACTION,
  /** A complaint was opened or closed ({@code name} ends in {@code opened} or {@code closed}). */
  COMPLAINT,
  /** The customer told us what they think: a rating, a review, a survey. */
  FEEDBACK,
  /** The customer asked to leave. */
  CANCELLATION,
  /**
   * The line changed status; {@code name} is {@code activated}, {@code suspended}, {@code resumed},
   * {@code ported} or {@code closed}.
   */
  STATUS,
  /**
   * The contract changed: its {@code name} ends in {@code signed}, {@code started} or {@code
   * renewed} (property {@code endsAt}, without which it runs until further notice) or in {@code
   * ended} (property {@code reason}), or is {@code price_increased} or {@code plan_changed}.
   */
  CONTRACT,
  /** We contacted the customer. */
  OUTBOUND;

  private static final Map<String, EventKind> BY_WIRE_NAME =
      Arrays.stream(values())
          .collect(Collectors.toUnmodifiableMap(EventKind::wireName, kind -> kind));

  private final String wireName = name().toLowerCase(Locale.ROOT);

  /**
   * Reads the lower-case name used on the wire.
   *
   * @throws IllegalArgumentException if there is no such kind; the message lists the kinds
   */
  @JsonCreator
  public static EventKind of(String name) {
    EventKind kind = byWireName(name);
    if (kind != null) {
      return kind;
    }
    throw new IllegalArgumentException(
        "kind must be one of usage, purchase, interaction, complaint, feedback, cancellation,"
            + " status, contract, outbound, was \""
            + name
            + "\"");
  }

  /** The kind of that name, null if there is none. */
  static @Nullable EventKind byWireName(String name) {
    return BY_WIRE_NAME.get(name);
  }

  /** True if it is a use of the service, which ends a silence. */
  public boolean isUse() {
    return this == USAGE || this == PURCHASE;
  }

  /** The name on the wire and in files, lower case. */
  @JsonValue
  public String wireName() {
    return wireName;
  }
}
