package dev.holdfast.scoring;

import org.jspecify.annotations.Nullable;

/**
 * What a scoring changed.
 *
 * @param state the customer with the new score
 * @param before the score it replaces; null for a first score
 * @param after the new score
 */
public record Rescored(CustomerState state, @Nullable Score before, Score after) {

  /**
   * True if silence or an event, not a change of model, took the risk from below {@code level} to
   * it.
   */
  public boolean crossed(double level) {
    return before != null
        && before.modelId() == after.modelId()
        && before.risk() < level
        && after.risk() >= level;
  }

  /** True if the band differs from before; a change of model alone changes nothing for anybody. */
  boolean changed() {
    return before == null || before.band() != after.band();
  }
}
