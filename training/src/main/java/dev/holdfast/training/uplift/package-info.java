/**
 * Whom a contact keeps: models of the effect on a customer, learnt from customers who were
 * contacted or held out by lot. {@link dev.holdfast.training.uplift.UpliftModel} is learnt from
 * {@link dev.holdfast.training.uplift.Trial}, chosen by what it says of strangers, and used only if
 * that is better than chance; else everybody has the average effect, and the model says so.
 *
 * <p>The risk of leaving and the effect of a call are different things: the customer most likely to
 * leave may be the one a call reminds of it.
 */
@NullMarked
package dev.holdfast.training.uplift;

import org.jspecify.annotations.NullMarked;
