package dev.holdfast.effect.report;

import dev.holdfast.effect.Difference;
import dev.holdfast.effect.Measurement;
import dev.holdfast.effect.Money;
import dev.holdfast.effect.PerReached;
import dev.holdfast.effect.SampleRatio;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run of a campaign caused, as far as it is known.
 *
 * @param campaignId number of the campaign
 * @param campaign its name
 * @param run of it; each run draws its lots anew
 * @param asOf business instant of the report
 * @param words the verdict in one sentence
 * @param counts who is in it and who is not
 * @param plan how large the run must become
 * @param measurement the effect; its numbers are absent while the sample ratio fails
 * @param perReached secondary; absent if nobody was reached or numbers are hidden
 * @param money absent if hidden or an arm is empty
 * @param withoutInduced the effect if uses that our contacts brought about are not counted; absent
 *     if hidden or an arm is empty
 * @param ratios the sample ratio of the assignments as they were drawn, then in slices
 * @param slices the effect by period or segment, corrected for their number
 */
public record EffectReport(
    long campaignId,
    String campaign,
    int run,
    Instant asOf,
    String words,
    Counts counts,
    PlanView plan,
    Measurement measurement,
    @Nullable PerReached perReached,
    @Nullable Money money,
    @Nullable Difference withoutInduced,
    List<RatioView> ratios,
    List<Slice> slices) {

  /**
   * Parties of a run.
   *
   * @param assigned drawn by lot; the first episode of each party counts
   * @param matured whose outcome is known
   * @param immature whose outcome will be known
   * @param unknownTreated whose outcome never will be: suspended, or the contract ended before
   * @param unknownHeldOut the same of the hold-out
   * @param erasedTreated whose customer was erased
   * @param erasedHeldOut the same of the hold-out
   * @param notRandomised episodes without a lot of two sides, of whom nothing can be measured
   * @param reached treated parties whom a call reached
   * @param attempts calls made
   */
  public record Counts(
      int assigned,
      int matured,
      int immature,
      int unknownTreated,
      int unknownHeldOut,
      int erasedTreated,
      int erasedHeldOut,
      int notRandomised,
      int reached,
      int attempts) {}

  /**
   * How large the run must become.
   *
   * @param baseChurn churn expected of the hold-out
   * @param smallestEffect worth knowing, in churn rate
   * @param treatmentShare of the parties
   * @param parties of both arms needed
   * @param detectable the smallest effect that those matured by now would show in four of five such
   *     campaigns; absent if none have
   * @param fixedAt when this was fixed
   */
  public record PlanView(
      double baseChurn,
      double smallestEffect,
      double treatmentShare,
      int parties,
      @Nullable Double detectable,
      Instant fixedAt) {}

  /** The sample ratio of a slice, such as {@code cause} {@code crossing}. */
  public record RatioView(String slice, SampleRatio ratio) {}

  /**
   * The effect within a slice.
   *
   * @param slice by what, such as {@code month} or a value of the profile
   * @param value of it
   * @param effect absent if hidden or an arm is empty
   * @param p of the effect, corrected for the number of slices; absent likewise
   * @param stands true if p is at most 0.1 after the correction
   */
  public record Slice(
      String slice,
      String value,
      @Nullable Difference effect,
      @Nullable Double p,
      boolean stands) {}
}
