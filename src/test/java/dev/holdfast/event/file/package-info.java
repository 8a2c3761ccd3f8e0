@NullMarked
package dev.holdfast.event.file;

import org.jspecify.annotations.NullMarked;
