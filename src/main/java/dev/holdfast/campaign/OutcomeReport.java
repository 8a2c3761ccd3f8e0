package dev.holdfast.campaign;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an agent or a dialer reports of an attempt to call.
 *
 * @param disposition how it ended
 * @param note free text, up to 500 characters
 * @param reason why, absent if nobody asked
 * @param callBackAt when the party wants to be called; only with {@code call-back}
 * @param contactedAt when it took place, by default now; only for an attempt made elsewhere
 */
@JsonIgnoreProperties(ignoreUnknown = false)
public record OutcomeReport(
    @NotNull Disposition disposition,
    @Nullable @Size(max = 500) String note,
    @Nullable OutcomeReason reason,
    @Nullable Instant callBackAt,
    @Nullable Instant contactedAt) {

  /** The same of the attempt that is open here, whose time is known. */
  public OutcomeReport ofOpenAttempt() {
    return new OutcomeReport(disposition, note, reason, callBackAt, null);
  }
}
