package dev.holdfast.warning;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An e-mail about an incident, or a digest. Instants are business time.
 *
 * @param incident its incident; null for a digest
 * @param occasion opened, assigned, resolved, or the day of a digest
 * @param recipient the user it is for
 * @param notBefore it waits for the hours until then
 * @param attempts how often it was offered to the mail server
 * @param why it was not sent, or not at the last attempt; null if nothing was in the way
 */
public record Notice(
    long id,
    @Nullable Long incident,
    String occasion,
    String recipient,
    String title,
    Instant createdAt,
    Instant notBefore,
    State state,
    int attempts,
    @Nullable String why,
    @Nullable Instant sentAt) {

  /** What became of it. */
  public enum State {
    /** It will be sent, or tried again. */
    WAITING,
    /** The mail server took it. */
    SENT,
    /** The mail server refused it for good. */
    REFUSED,
    /** It is not sent by itself: the next digest tells of it. */
    HELD_BACK,
    /** A digest told of it. */
    DIGESTED;

    /** The name in answers and tables. */
    @JsonValue
    public String wireName() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static State of(String name) {
      return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
  }
}
