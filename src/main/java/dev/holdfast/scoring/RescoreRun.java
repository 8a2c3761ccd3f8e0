package dev.holdfast.scoring;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * All customers judged anew, because the model or the watched levels changed.
 *
 * @param id later runs have higher ones; a later run takes over from an earlier
 * @param doneModel rows by this model are done already; null if none is
 * @param openedAt system instant from which there are pages to work on; null before
 */
public record RescoreRun(long id, @Nullable Integer doneModel, @Nullable Instant openedAt) {

  /** True once there are pages. */
  public boolean open() {
    return openedAt != null;
  }

  /**
   * A piece of the customers, by the order of their timers or by their ids.
   *
   * @param dueAfter timers after this business instant; null for a page by ids
   * @param dueUntil ... up to this one
   * @param firstId customers from this id; 0 for a page by timers
   * @param lastId ... to this one
   */
  public record Page(
      long runId,
      int place,
      @Nullable Instant dueAfter,
      @Nullable Instant dueUntil,
      long firstId,
      long lastId) {}
}
