package dev.holdfast.campaign;

import dev.holdfast.platform.Problem;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * On what a campaign is tried.
 *
 * @param from first day, in UTC
 * @param to day after the last, 1 to 366 later
 * @param threshold risk that opens episodes instead of the campaign's; null for the campaign's
 * @param customers looks at about so many, drawn by a hash; 0 for all
 */
public record ReplaySettings(
    LocalDate from, LocalDate to, @Nullable Double threshold, int customers) {

  /** As many as show a rule's figures to a few percent, within a minute or two. */
  public static final int USUAL_CUSTOMERS = 20_000;

  private static final int LONGEST_DAYS = 366;

  /**
   * @throws Problem 400 if the days are in the wrong order or too many, or {@code customers} is
   *     negative
   */
  public ReplaySettings {
    if (!from.isBefore(to) || from.plusDays(LONGEST_DAYS).isBefore(to)) {
      throw Problem.badRequest(
          "to must be 1 to " + LONGEST_DAYS + " days after from, were " + from + " and " + to);
    }
    if (customers < 0) {
      throw Problem.badRequest("customers must be 0 or more, was " + customers);
    }
  }
}
