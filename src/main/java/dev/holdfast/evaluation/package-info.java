/**
 * Numbers that say how good predictions of churn were, from probabilities and what came true.
 *
 * <p>Pure Java, uses nothing else of the project. Each measure refuses an input for which it is not
 * defined instead of returning 0 or NaN. Rows count by their weights; {@link
 * dev.holdfast.evaluation.Predictions} are the columns that all measures read.
 */
@NullMarked
package dev.holdfast.evaluation;

import org.jspecify.annotations.NullMarked;
