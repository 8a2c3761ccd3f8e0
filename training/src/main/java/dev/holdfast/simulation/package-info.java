/**
 * A population of made-up customers with known truth, for the demo and for the acceptance tests:
 * {@link dev.holdfast.simulation.Population} says who they are, {@link
 * dev.holdfast.simulation.Simulation} lets them live and hands out what a company would see of
 * them, {@link dev.holdfast.simulation.Truth} what it never sees.
 *
 * <p>Pure Java. The same seed gives the same events, in whatever steps time is advanced; the
 * product gets events and profiles only.
 */
@NullMarked
package dev.holdfast.simulation;

import org.jspecify.annotations.NullMarked;
