/**
 * The report of a model version for people: one page that needs nothing but itself, and the same
 * facts as a card. {@link dev.holdfast.training.report.Report} is the way in, {@link
 * dev.holdfast.training.report.ReportFacts} all it is told.
 *
 * <p>Knows the measures of {@code evaluation} and plain values, no trainer and no store: what is
 * not in the facts is not in the report, and what the facts leave out is left out.
 */
@NullMarked
package dev.holdfast.training.report;

import org.jspecify.annotations.NullMarked;
