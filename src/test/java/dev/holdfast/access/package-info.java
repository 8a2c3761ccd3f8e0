/** Tests of who may do what. */
@NullMarked
package dev.holdfast.access;

import org.jspecify.annotations.NullMarked;
