/**
 * The pages: {@link dev.holdfast.console.CallListResource} shows today's call lists at {@code /}.
 *
 * <p>A page is a record of words that a template lays out; it computes nothing, works without
 * JavaScript, and has neither inline script nor inline style.
 */
@NullMarked
package dev.holdfast.console;

import org.jspecify.annotations.NullMarked;
