package dev.holdfast.event;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The term that an event of kind {@code contract} states in its properties {@code startsAt} and
 * {@code endsAt}, each an ISO 8601 instant or a date. A date counts whole, in UTC: a contract
 * starts as its first day begins and ends as its last day ends.
 *
 * @param startsAt null if the event does not say
 * @param endsAt first instant without the contract; null if the event does not say
 */
public record ContractTerm(@Nullable Instant startsAt, @Nullable Instant endsAt) {

  /** What the database can keep, with room to add to. */
  private static final Instant EARLIEST = Instant.parse("1900-01-01T00:00:00Z");

  private static final Instant LATEST = Instant.parse("9900-01-01T00:00:00Z");

  /**
   * Reads the term.
   *
   * @throws IllegalArgumentException if one of the properties is neither an instant nor a date, or
   *     not in the years 1900 to 9899
   */
  public static ContractTerm of(Map<String, Object> properties) {
    return new ContractTerm(read(properties, "startsAt", 0), read(properties, "endsAt", 1));
  }

  private static @Nullable Instant read(
      Map<String, Object> properties, String property, int daysAfterDate) {
    Object value = properties.get(property);
    if (value == null || value.toString().isBlank()) {
      return null;
    }
    String text = value.toString().strip();
    try {
      Instant instant =
          text.indexOf('T') >= 0
              ? Instant.parse(text)
              : LocalDate.parse(text)
                  .plusDays(daysAfterDate)
                  .atStartOfDay(ZoneOffset.UTC)
                  .toInstant();
      if (!instant.isBefore(EARLIEST) && instant.isBefore(LATEST)) {
        return instant;
      }
    } catch (DateTimeException e) {
      // Refused below.
    }
    throw new IllegalArgumentException(
        property
            + " must be an ISO 8601 instant or a date of the years 1900 to 9899, was \""
            + text
            + "\"");
  }
}
