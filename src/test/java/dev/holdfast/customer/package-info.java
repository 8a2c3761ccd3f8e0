@NullMarked
package dev.holdfast.customer;

import org.jspecify.annotations.NullMarked;
