package dev.holdfast.simulation;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of one customer with and without a call, under the same draws: the effect on the
 * individual, which no company ever sees.
 *
 * @param externalId whose
 * @param at when they would be called
 * @param horizon how far was looked from then on
 * @param reached whether the call would have reached them
 * @param leftIfNotCalled when they leave by the end of the horizon if not called, or null; before
 *     {@code at} if they were gone already
 * @param leftIfReached the same if a call reaches them
 * @param silentIfNotCalled true if they neither use nor buy in (at, at + horizon] if not called
 * @param silentIfReached the same if a call reaches them; a use because of the call does not count
 */
public record PotentialOutcome(
    String externalId,
    Instant at,
    Duration horizon,
    boolean reached,
    @Nullable Instant leftIfNotCalled,
    @Nullable Instant leftIfReached,
    boolean silentIfNotCalled,
    boolean silentIfReached) {

  /** When they leave if they are called, whether or not that reaches them. */
  public @Nullable Instant leftIfCalled() {
    return reached ? leftIfReached : leftIfNotCalled;
  }

  /** Whether they are silent if they are called, whether or not that reaches them. */
  public boolean silentIfCalled() {
    return reached ? silentIfReached : silentIfNotCalled;
  }

  /** Staying if reached less staying if not called: 1 is kept, -1 driven away, 0 no difference. */
  public int effectOfReaching() {
    return stays(leftIfReached) - stays(leftIfNotCalled);
  }

  /** Staying if called less staying if not called: 1 is kept, -1 driven away, 0 no difference. */
  public int effectOfCalling() {
    return reached ? effectOfReaching() : 0;
  }

  private static int stays(@Nullable Instant left) {
    return left == null ? 1 : 0;
  }
}
