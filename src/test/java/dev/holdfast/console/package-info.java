/** Tests of the pages. */
@NullMarked
package dev.holdfast.console;

import org.jspecify.annotations.NullMarked;
