package dev.holdfast.event.file;

import dev.holdfast.platform.RunTable;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A file that is imported, or was. Instants are those of the machine.
 *
 * @param id ascending
 * @param kind {@code events} or {@code customers}
 * @param file its name, without folders
 * @param map what its columns mean
 * @param source of the events; null for customers
 * @param startedBy who
 * @param state {@code running}, {@code done}, {@code failed}, or {@code broken-off}: nothing was
 *     heard of its process for a while. What such a run brought stays; the same command again
 *     brings the rest and doubles nothing
 * @param stage of a running one: {@code waiting} for earlier events to be applied, {@code reading}
 *     the file, {@code applying} what was read
 * @param rows read so far
 * @param applied events that were new, as far as they are applied; customers who were new
 * @param duplicates repeats, which change nothing; customers who were known
 * @param quarantined messages that were put aside
 * @param erased messages of customers who were erased: dropped
 * @param rejected rows that the map does not take
 * @param rejectedBy the rules that most of these broke, and how many rows did
 * @param toApply messages on the log that are not applied yet, while it waits for them
 * @param bytesRead of the file as it is, compressed if it is
 * @param bytesTotal its length
 * @param share {@code bytesRead / bytesTotal}, in [0, 1]
 * @param startedAt when it began
 * @param seenAt when its process was last heard of
 * @param endedAt null while it runs, and of one that was broken off
 * @param problem why it failed; null unless it did
 */
public record ImportRun(
    long id,
    String kind,
    String file,
    String map,
    @Nullable String source,
    String startedBy,
    String state,
    String stage,
    long rows,
    long applied,
    long duplicates,
    long quarantined,
    long erased,
    long rejected,
    Map<String, Long> rejectedBy,
    long toApply,
    long bytesRead,
    long bytesTotal,
    double share,
    Instant startedAt,
    Instant seenAt,
    @Nullable Instant endedAt,
    @Nullable String problem) {

  /** True while its process works on it. */
  public boolean running() {
    return state.equals(RunTable.RUNNING);
  }

  /** True if its process ended without a word. */
  public boolean brokenOff() {
    return state.equals(RunTable.BROKEN_OFF);
  }
}
