/**
 * What we know of one customer's activity, and what a model sees of it at any instant.
 *
 * <p>{@link dev.holdfast.activity.ActivityState} takes events in order at constant cost and is read
 * without change by {@link dev.holdfast.activity.Features}; the live stream and the training replay
 * use the same two classes. Pure Java: between two events only quantities that are monotone in time
 * move, so the risk of a silent customer never falls.
 */
@NullMarked
package dev.holdfast.activity;

import org.jspecify.annotations.NullMarked;
