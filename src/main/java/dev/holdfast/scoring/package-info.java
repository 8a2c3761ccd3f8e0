/**
 * The row {@code customer_state}: a customer's activity, risk and the instant at which the risk
 * will next matter; the scoring API.
 *
 * <p>Start at {@link dev.holdfast.scoring.Scorer}. Invariant: a row's {@code next_due} is the first
 * minute of silence at which its risk reaches a level that anybody watches.
 */
@NullMarked
package dev.holdfast.scoring;

import org.jspecify.annotations.NullMarked;
