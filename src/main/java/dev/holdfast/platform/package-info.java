/**
 * What every room stands on: the two clocks, problem responses, the outbox, leases, settings and
 * the topics. It knows no customer.
 *
 * <p>Entry classes: {@link dev.holdfast.platform.BusinessClock}, {@link
 * dev.holdfast.platform.Problem}, {@link dev.holdfast.platform.Outbox}. The machine's clock is read
 * here and nowhere else.
 */
@NullMarked
package dev.holdfast.platform;

import org.jspecify.annotations.NullMarked;
