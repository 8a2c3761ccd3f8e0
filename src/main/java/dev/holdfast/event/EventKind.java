package dev.holdfast.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

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

  /**
   * Reads the lower-case name used on the wire.
   *
   * @throws IllegalArgumentException if there is no such kind; the message lists the kinds
   */
  @JsonCreator
  public static EventKind of(String name) {
    for (EventKind kind : values()) {
      if (kind.wireName().equals(name)) {
        return kind;
      }
    }
    throw new IllegalArgumentException(
        "kind must be one of usage, purchase, interaction, complaint, feedback, cancellation,"
            + " status, contract, outbound, was \""
            + name
            + "\"");
  }

  /** The name on the wire and in files, lower case. */
  @JsonValue
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
