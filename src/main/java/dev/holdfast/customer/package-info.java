/**
 * Who the customers are: customers, parties, identifiers, profile, contact points, zone, consent.
 *
 * <p>{@link dev.holdfast.customer.Customers} is the entry class. A customer is what is scored; a
 * party is who is contacted and randomised. Internal ids never change and never leave the service.
 */
@NullMarked
package dev.holdfast.customer;

import org.jspecify.annotations.NullMarked;
