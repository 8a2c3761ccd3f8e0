package dev.holdfast.campaign;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.holdfast.platform.RunTable;
import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * A campaign that is to be tried on the past, is tried, or was. Instants are those of the machine.
 *
 * @param id ascending
 * @param version of the campaign's settings
 * @param threshold that was tried instead of the campaign's; absent if none was
 * @param from first day
 * @param to day after the last
 * @param customers that were to be looked at; 0 for all
 * @param model version of the model that judges
 * @param startedBy who
 * @param state {@code waiting}, {@code running}, {@code done}, {@code failed}, {@code stopped} by
 *     somebody, or {@code broken-off}: its process ended, or nothing was heard of it for 90
 *     seconds; it can be started again
 * @param place among those that wait, 1 for the next; absent unless it waits
 * @param share of the histories that are read, in [0, 1]
 * @param startedAt when it began; of one that waits, when it was asked for
 * @param endedAt absent while it waits or runs, and of one that was broken off without a word
 * @param stoppedBy who; absent unless it is stopped
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
    @Nullable Integer place,
    double share,
    Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable String stoppedBy,
    @Nullable String problem,
    @Nullable ReplayResult result) {

  /** True while it waits for its turn. */
  public boolean waits() {
    return state.equals(RunTable.WAITING);
  }

  /** True while it is worked on. */
  public boolean running() {
    return state.equals(RunTable.RUNNING);
  }

  /** True if its process left it. */
  public boolean brokenOff() {
    return state.equals(RunTable.BROKEN_OFF);
  }

  /** True if somebody stopped it. */
  public boolean stopped() {
    return state.equals(RunTable.STOPPED);
  }
}
