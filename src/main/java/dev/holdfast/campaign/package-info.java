/**
 * Campaigns: who is contacted because of their risk, and who is held out to measure it.
 *
 * <p>Start at {@link dev.holdfast.campaign.Triggers}. Invariant: the arm of an episode is decided
 * by a salted hash before anything else about the party is looked at, and stands in a ledger that
 * is only ever appended to.
 */
@NullMarked
package dev.holdfast.campaign;

import org.jspecify.annotations.NullMarked;
