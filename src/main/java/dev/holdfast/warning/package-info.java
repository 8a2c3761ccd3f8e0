/**
 * Is it them, or is it us? The watch of the feeds, which holds the timers while the data may be
 * incomplete, and the bell that rings when a share of a segment stops using the service, with a
 * stated rate of false alarms.
 *
 * <p>Start at {@link dev.holdfast.warning.FeedWatch}, and at {@link
 * dev.holdfast.warning.SegmentSeries}: one segment's, or one feed's, way through time. Invariant:
 * what a slot is compared with lies two weeks back at least, so that an outage never becomes its
 * own baseline.
 */
@NullMarked
package dev.holdfast.warning;

import org.jspecify.annotations.NullMarked;
