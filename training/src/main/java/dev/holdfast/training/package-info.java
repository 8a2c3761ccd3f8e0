/**
 * Turns the stored history into a signed model version: point-in-time snapshots, silence labels, a
 * split by time, sign-constrained trainers through Tribuo, calibration, naive rules beside them,
 * and a gate. {@link dev.holdfast.training.TrainingRun} is the way in.
 *
 * <p>Features come from the same {@code activity} classes that serve; a model is promoted by
 * figures measured after everything it was trained on.
 */
@NullMarked
package dev.holdfast.training;

import org.jspecify.annotations.NullMarked;
