/**
 * The operational calendar of the deployment: which version is in force, the versions before it,
 * and how people change it.
 */
@NullMarked
package dev.holdfast.calendar;

import org.jspecify.annotations.NullMarked;
