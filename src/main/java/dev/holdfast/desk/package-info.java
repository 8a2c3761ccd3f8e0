/**
 * The desk: who works when, and who has which call in hand.
 *
 * <p>Start at {@link dev.holdfast.desk.Claims}. Invariant: a party is in one pair of hands at a
 * time, and nobody is called whom the contact policy forbids at that moment.
 */
@NullMarked
package dev.holdfast.desk;

import org.jspecify.annotations.NullMarked;
