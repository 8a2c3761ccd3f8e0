package dev.holdfast.campaign;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One episode as a label sees it: from when to when a campaign of ours may have changed what the
 * customer did.
 *
 * @param drawn the draw that decided the arm
 * @param from when the arm was assigned
 * @param until when the episode closed; null while open
 * @param treated true in the arm that is contacted, false in the hold-out
 * @param treatmentShare the share of parties that were treated, in [0, 1)
 */
public record Exposure(
    Draw drawn, Instant from, @Nullable Instant until, boolean treated, double treatmentShare) {

  /** A run of a campaign: it draws one lot for a party, whatever the number of its episodes. */
  public record Draw(long campaignId, int run) {}

  private static final double LARGEST_WEIGHT = 10;

  /**
   * How many customers a label stands for, so that our own calls do not poison it: one whose window
   * meets a contacted episode stands for nobody; a hold-out stands for itself and for those like it
   * who were contacted, {@code 1 / (1 - share)} for each draw that held it out and 10 at most;
   * whoever was never at risk stands for itself.
   *
   * <p>The arm decides, not whether a call was made in it: whoever came back in time was not
   * called, so that the uncalled of the contacted arm are those who would have stayed.
   *
   * @param exposures of the customer's party
   * @param after start of the window, exclusive
   * @param through its end, inclusive
   * @return 0, or in [1, 10]
   */
  public static double labelWeight(List<Exposure> exposures, Instant after, Instant through) {
    double weight = 1;
    Set<Draw> counted = new HashSet<>();
    for (Exposure exposure : exposures) {
      boolean meets =
          !exposure.from.isAfter(through)
              && (exposure.until == null || exposure.until.isAfter(after));
      if (meets && exposure.treated) {
        return 0;
      }
      if (meets && counted.add(exposure.drawn)) {
        weight /= 1 - exposure.treatmentShare;
      }
    }
    return Math.min(LARGEST_WEIGHT, weight);
  }
}
