/**
 * A population of made-up customers with known truth, for the demo and for the acceptance tests:
 * {@link dev.holdfast.simulation.Population} says who they are, {@link
 * dev.holdfast.simulation.Scenario} what happens to them from outside, {@link
 * dev.holdfast.simulation.Simulation} lets them live and hands out what a company would see of
 * them. What it never sees is told by {@link dev.holdfast.simulation.Truth} (what is), {@link
 * dev.holdfast.simulation.PotentialOutcome} (what would be) and {@link
 * dev.holdfast.simulation.Oracle} (how likely it is).
 *
 * <p><b>A life.</b> A hidden satisfaction S wanders around each customer's own mean; failures of
 * the service lower it, a resolved complaint lifts it. S drives the rate of use, contacts,
 * complaints and ratings, and the hazard of leaving, {@code exp(b0 - b1 S + ...)} per day. Use is a
 * renewal process with Erlang gaps (shape 1, 2 or 4) in operational time, which follows weekdays
 * and holidays and stands still while a line is suspended or the service is out. A customer leaves
 * when the cumulated hazard exceeds a threshold drawn at birth, mostly without a word. What they do
 * reaches the company late, twice or out of order now and then.
 *
 * <p><b>Calls.</b> {@link dev.holdfast.simulation.Simulation#contact} feeds the company's own
 * actions back. A call reaches six in ten; it adds the customer's own effect to the logarithm of
 * the hazard from their next local day on, halving every 45 days; for one in five the effect is
 * harmful. It is greatest for those with a dear plan and much, uneven use, which can be learned
 * from what is seen. It changes nothing in the life but the hazard, so whoever is gone stays gone.
 *
 * <p><b>The same life twice.</b> Every customer has one stream of draws per purpose. A life can
 * therefore be lived again with one thing changed: contacting one customer changes no other's
 * events, nor the called one's until they leave. Effects on individuals are known and monotone.
 *
 * <p><b>Which bound for which question.</b> The oracle's {@code silence()} knows who is gone
 * already, which no model can know; use it to judge calibration in the mean and effects. {@code
 * silenceToObserver()} knows everything but that, and is the bound for ranking customers.
 *
 * <p>Pure Java. The same population, scenario and contacts give the same events, in whatever steps
 * time is advanced; the product gets events and profiles only. One core lives about 4 million
 * customer-days a second with events, 7 million without ({@code SimulationSpeedTest}, tag {@code
 * full}).
 */
@NullMarked
package dev.holdfast.simulation;

import org.jspecify.annotations.NullMarked;
