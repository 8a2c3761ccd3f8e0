/**
 * What the product is worth, measured on the truth of a simulated population: each {@link
 * dev.holdfast.simulation.study.Study} asks one question, runs the code that serves and trains on
 * histories in memory, and holds what it finds against a bar that was set beforehand. {@link
 * dev.holdfast.simulation.study.Studies} has them all.
 *
 * <p>Beside the simulation, which knows nothing of what is judged here: the arrows go from here to
 * training, scoring and monitoring, and to the population.
 */
@NullMarked
package dev.holdfast.simulation.study;

import org.jspecify.annotations.NullMarked;
