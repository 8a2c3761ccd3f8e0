package dev.holdfast.training;

import java.time.Instant;

/**
 * One customer as known at one cut-off, and what followed.
 *
 * @param customer internal id
 * @param cutoff the last instant known
 * @param features of the current schema
 * @param churned what became of the customer, as the churn definition labels it
 */
record Snapshot(long customer, Instant cutoff, float[] features, boolean churned) {}
