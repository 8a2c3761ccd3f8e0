/**
 * What tests share: the embedded parts, started once per run.
 *
 * <p>No base classes: a test annotates itself.
 */
@NullMarked
package dev.holdfast.testsupport;

import org.jspecify.annotations.NullMarked;
