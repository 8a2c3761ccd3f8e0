/**
 * The effect of campaigns as the store tells it: {@link dev.holdfast.effect.report.EffectReports}
 * reads the ledger, what became of the customers and what the calls cost, and hands it to the
 * estimators of {@code effect}.
 */
@NullMarked
package dev.holdfast.effect.report;

import org.jspecify.annotations.NullMarked;
