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
 * @param notes what to know before one believes it
 * @param counts who is in it and who is not
 * @param plan how large the run must become
 * @param measurement the effect; its numbers are absent while the sample ratio fails
 * @param silence what those could change of whom nothing will be known; absent if hidden or an arm
 *     is empty
 * @param perReached secondary; absent if nobody was reached or numbers are hidden
 * @param money of all that matured; absent before there is a verdict, or if hidden
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
    List<String> notes,
    Counts counts,
    PlanView plan,
    Measurement measurement,
    @Nullable Silence silence,
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
   * @param fixedAt when this was fixed; absent while it is provisional, with fewer than a hundred
   *     parties
   * @param late true if outcomes could be known by then
   * @param readAt when it was reached and its effect was read for good; absent before
   */
  public record PlanView(
      double baseChurn,
      double smallestEffect,
      double treatmentShare,
      int parties,
      @Nullable Double detectable,
      @Nullable Instant fixedAt,
      boolean late,
      @Nullable Instant readAt) {}

  /**
   * Parties of whom nothing will be known: erased, suspended, or their contract ended before.
   *
   * @param treatedShare of the treated that matured or are silent, in [0, 1]
   * @param heldOutShare the same of the hold-out
   * @param p probability of shares this different by chance, in [0, 1]; a small one says that being
   *     called silences
   * @param low the effect if all silent treated churned and all silent held out stayed, in churn
   *     rate over both treatment shares together
   * @param high the effect the other way round
   */
  public record Silence(
      double treatedShare, double heldOutShare, double p, double low, double high) {}

  /** The sample ratio of a slice, such as {@code cause} {@code crossing}. */
  public record RatioView(String slice, SampleRatio ratio) {}

  /**
   * The effect within a slice.
   *
   * @param slice by what, such as {@code month} or a value of the profile
   * @param value of it
   * @param effect absent if hidden, or with fewer than twenty parties or two in an arm
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
