/**
 * The commands; {@link dev.holdfast.cli.Holdfast} is main.
 *
 * <p>A new command is a class with {@code @Command} and {@link dev.holdfast.cli.Needs}, named in
 * {@link dev.holdfast.cli.HoldfastCommand}. It has a constructor without parameters and injected
 * fields, because the command line is read once before Quarkus starts, to know what the command
 * needs, and again within it. Results go to standard output, everything else to standard error; a
 * refusal is a {@link dev.holdfast.platform.Problem}.
 */
@NullMarked
package dev.holdfast.cli;

import org.jspecify.annotations.NullMarked;
