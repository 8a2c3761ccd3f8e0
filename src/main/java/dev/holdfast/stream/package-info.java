/**
 * The way of the data, as code: a batch of messages becomes events, state, risk and triggers in one
 * transaction; the clock does the rest.
 *
 * <p>Start at {@link dev.holdfast.stream.EventBatch}, read it top to bottom, then {@link
 * dev.holdfast.stream.Timers}. Invariant: a message is counted once, whatever is delivered twice.
 */
@NullMarked
package dev.holdfast.stream;

import org.jspecify.annotations.NullMarked;
