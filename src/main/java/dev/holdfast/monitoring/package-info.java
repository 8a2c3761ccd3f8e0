/**
 * Watches the models in production: drift of features and risk, calibration once labels have
 * matured, early signals before, challengers in shadow, and what follows from a verdict.
 *
 * <p>{@link dev.holdfast.monitoring.Monitoring} runs once a business day under a lease. What it
 * judges by is pure Java: figures in, {@link dev.holdfast.monitoring.Verdict} out. Nothing here is
 * in the path of an event; a verdict changes what serves only if the deployment allows it to.
 */
@NullMarked
package dev.holdfast.monitoring;

import org.jspecify.annotations.NullMarked;
