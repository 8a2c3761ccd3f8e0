package dev.holdfast.event;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * What the server knows about an event and its sender may not say.
 *
 * @param availableAt when we could know of it
 * @param assumed true if {@code availableAt} is taken from {@code occurredAt}
 * @param backfill true for history
 */
public record EventFacts(Instant availableAt, boolean assumed, boolean backfill) {

  /** Kafka header: ISO instant; without it the instant of the broker's append holds. */
  public static final String AVAILABLE_AT = "holdfast-available-at";

  /** Kafka header: {@code 1} if available-at is assumed. */
  public static final String AVAILABLE_ASSUMED = "holdfast-available-assumed";

  /** Kafka header: {@code 1} for history. */
  public static final String BACKFILL = "holdfast-backfill";

  /** What the database can keep, with room to add to. */
  private static final Instant EARLIEST = Instant.parse("1900-01-01T00:00:00Z");

  private static final Instant LATEST = Instant.parse("9900-01-01T00:00:00Z");

  private static final byte[] YES = {'1'};

  /** News that arrived at {@code now}. */
  public static EventFacts arrivedAt(Instant now) {
    return new EventFacts(now, false, false);
  }

  /**
   * The facts of a Kafka record.
   *
   * @param appendedAt business instant of the broker's append, used if the record names none
   */
  public static EventFacts of(Headers headers, Instant appendedAt) throws BadEvent {
    return new EventFacts(
        availableAt(text(headers.lastHeader(AVAILABLE_AT)), appendedAt),
        flag(headers, AVAILABLE_ASSUMED),
        flag(headers, BACKFILL));
  }

  private static Instant availableAt(@Nullable String header, Instant appendedAt) throws BadEvent {
    if (header == null) {
      return appendedAt;
    }
    Instant availableAt = IsoInstant.parse(header);
    if (availableAt != null && !availableAt.isBefore(EARLIEST) && availableAt.isBefore(LATEST)) {
      return availableAt;
    }
    throw new BadEvent(
        BadEvent.Reason.BAD_HEADER,
        AVAILABLE_AT
            + " must be an ISO 8601 instant of the years 1900 to 9899, was \""
            + header
            + "\"");
  }

  /** Writes the headers that {@link #of} reads. */
  void addTo(Headers headers) {
    headers.add(AVAILABLE_AT, availableAt.toString().getBytes(StandardCharsets.US_ASCII));
    if (assumed) {
      headers.add(AVAILABLE_ASSUMED, YES);
    }
    if (backfill) {
      headers.add(BACKFILL, YES);
    }
  }

  private static boolean flag(Headers headers, String name) throws BadEvent {
    String value = text(headers.lastHeader(name));
    if (value == null || value.equals("0")) {
      return false;
    }
    if (value.equals("1")) {
      return true;
    }
    throw new BadEvent(BadEvent.Reason.BAD_HEADER, name + " must be 0 or 1, was \"" + value + "\"");
  }

  private static @Nullable String text(@Nullable Header header) {
    return header == null || header.value() == null
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }
}
