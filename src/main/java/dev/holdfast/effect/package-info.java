/**
 * What a campaign caused: estimators on parties that were randomised before anybody looked at them.
 * {@link dev.holdfast.effect.Measurement} puts them together and ends in a {@link
 * dev.holdfast.effect.Verdict}, the words that people see.
 *
 * <p>Pure Java, without frameworks and without a store, so that studies on populations with known
 * truth run the very code that the service runs. Everything is by intention to treat: a party
 * counts in the arm that it was assigned to, called or not. {@code effect.report} reads the store.
 */
@NullMarked
package dev.holdfast.effect;

import org.jspecify.annotations.NullMarked;
