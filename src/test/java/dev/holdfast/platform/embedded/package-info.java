/** Tests of the embedded parts. */
@NullMarked
package dev.holdfast.platform.embedded;

import org.jspecify.annotations.NullMarked;
