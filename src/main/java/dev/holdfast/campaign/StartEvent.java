package dev.holdfast.campaign;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.holdfast.event.EventKind;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * The event that opens the episodes of a campaign, instead of a risk: a poor rating, a closed
 * complaint. At least a kind or a name is said.
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
 */
@JsonIgnoreProperties(ignoreUnknown = false)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StartEvent(
    @Nullable EventKind kind,
    @Nullable @Size(min = 1, max = 100) String name,
    @Nullable @Size(max = SegmentExpression.LONGEST) String match,
    @Nullable @Min(1) @Max(365) Integer endsAfterDays,
    @Nullable Boolean endsOnUse) {

  private static final int USUAL_DAYS = 14;

  /** The days after which an episode is over, said or not. */
  int days() {
    return endsAfterDays == null ? USUAL_DAYS : endsAfterDays;
  }

  /** Whether a use ends an episode, said or not. */
  boolean useEnds() {
    return endsOnUse != null && endsOnUse;
  }
}
