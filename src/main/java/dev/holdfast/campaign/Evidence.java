package dev.holdfast.campaign;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What was known of a campaign's effect at an instant. A clone carries that of the campaign it was
 * made from; it never changes.
 *
 * @param campaignId number of the campaign that was measured
 * @param campaign its name
 * @param run of it
 * @param verdict {@code saved}, {@code lost}, {@code no-effect-found}, {@code not-yet-known} or
 *     {@code hidden}
 * @param words the verdict as a sentence
 * @param effect fewer churned among the treated, as a difference in churn rate; null where no
 *     number is known or it is hidden
 * @param low of its 95 percent interval
 * @param high of it
 * @param matured parties whose outcome was known
 * @param expectedBy when the effect should be known; null if it is, or never will be at this rate
 * @param asOf business instant at which this was known
 */
public record Evidence(
    long campaignId,
    String campaign,
    int run,
    String verdict,
    String words,
    @Nullable Double effect,
    @Nullable Double low,
    @Nullable Double high,
    int matured,
    @Nullable Instant expectedBy,
    Instant asOf) {

  /** True if there is an effect to reckon with, or the proof that none was found. */
  boolean known() {
    return effect != null && low != null && high != null && !verdict.equals("not-yet-known");
  }
}
