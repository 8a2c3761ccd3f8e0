package dev.holdfast.warning;

/**
 * Something that missing customers of an incident have more often than those who came.
 *
 * @param trait such as {@code plan=basic} or {@code last event=login_failed}
 * @param missing how many of the missing customers have it
 * @param ofMissing of how many missing customers that is known
 * @param present how many of those who came have it
 * @param ofPresent of how many who came that is known
 * @param lift its share among the missing over its share among those who came; half a customer is
 *     added to each count, so that it is finite
 * @param p probability that it would be so much more frequent, or more, if it had nothing to do
 *     with it; Fisher's exact test, one-sided
 * @param q the false discovery rate at which it is listed among all traits looked at, after
 *     Benjamini and Hochberg
 */
public record SharedTrait(
    String trait,
    long missing,
    long ofMissing,
    long present,
    long ofPresent,
    double lift,
    double p,
    double q) {}
