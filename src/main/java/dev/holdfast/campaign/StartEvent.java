package dev.holdfast.campaign;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.holdfast.event.EventKind;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * What opens the episodes of a campaign, instead of a risk: an event, such as a poor rating or a
 * closed complaint, or a date of the profile that comes near, such as the end of a contract. Said
 * is a kind or a name, or a field.
 *
 * @param kind of the event; absent for any
 * @param name of the event in its source's words; absent for any
 * @param match what else must hold of it: an expression as of a segment, over {@code amount},
 *     {@code currency}, {@code count}, {@code channel}, {@code name}, {@code source} and {@code
 *     property.FIELD}; absent for nothing else
 * @param endsAfterDays days after which its episode is over, whatever the customer did, 1 to 365;
 *     by default 14
 * @param endsOnUse true if a use of the service after the event ends the episode; by default false,
 *     since such customers need not be silent
 * @param dateField field of the profile with a day, written like 2026-01-31
 * @param daysBefore so many days before that day it begins, 0 to 365; by default 30
 */
@JsonIgnoreProperties(ignoreUnknown = false)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StartEvent(
    @Nullable EventKind kind,
    @Nullable @Size(min = 1, max = 100) String name,
    @Nullable @Size(max = SegmentExpression.LONGEST) String match,
    @Nullable @Min(1) @Max(365) Integer endsAfterDays,
    @Nullable Boolean endsOnUse,
    @Nullable @Pattern(regexp = CampaignSettings.WORD) String dateField,
    @Nullable @Min(0) @Max(365) Integer daysBefore) {

  private static final int USUAL_DAYS = 14;
  private static final int USUAL_DAYS_BEFORE = 30;

  /** True if a date begins it, and no event. */
  boolean byDate() {
    return dateField != null;
  }

  /** The days before the date at which it begins, said or not. */
  int before() {
    return daysBefore == null ? USUAL_DAYS_BEFORE : daysBefore;
  }

  /** The days after which an episode is over, said or not. */
  int days() {
    return endsAfterDays == null ? USUAL_DAYS : endsAfterDays;
  }

  /** Whether a use ends an episode, said or not. */
  boolean useEnds() {
    return endsOnUse != null && endsOnUse;
  }
}
