package dev.holdfast.campaign;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * A campaign that is tried on the past, or was. Instants are those of the machine.
 *
 * @param id ascending
 * @param version of the campaign's settings
 * @param threshold that was tried instead of the campaign's; absent if none was
 * @param from first day
 * @param to day after the last
 * @param customers that were to be looked at; 0 for all
 * @param model version of the model that judges
 * @param startedBy who
 * @param state {@code running}, {@code done}, {@code failed}, or {@code broken-off}: its process
 *     ended, or nothing was heard of it for a minute; it can be started again
 * @param share of the histories that are read, in [0, 1]
 * @param startedAt when it began
 * @param endedAt absent while it runs, and of one that was broken off without a word
 * @param problem why it failed
 * @param result absent unless it is done
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ReplayRun(
    long id,
    long campaignId,
    int version,
    @Nullable Double threshold,
    LocalDate from,
    LocalDate to,
    int customers,
    String model,
    String startedBy,
    String state,
    double share,
    Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable String problem,
    @Nullable ReplayResult result) {

  /** The state of a run that is worked on, as far as we know. */
  public static final String RUNNING = "running";

  /** The state of a run that its process left. */
  public static final String BROKEN_OFF = "broken-off";

  /** True while it is worked on. */
  public boolean running() {
    return state.equals(RUNNING);
  }

  /** True if its process left it. */
  public boolean brokenOff() {
    return state.equals(BROKEN_OFF);
  }
}
