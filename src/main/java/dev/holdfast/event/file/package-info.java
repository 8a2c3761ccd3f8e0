/**
 * Events and customers from files: CSV, TSV and JSON lines, gzip too, UTF-8 or GB18030.
 *
 * <p>{@link dev.holdfast.event.file.RowReader} turns a file into rows, {@link
 * dev.holdfast.event.file.ImportMap} says what they mean, {@link
 * dev.holdfast.event.file.EventImport} sends them. Everything streams: memory does not grow with
 * the file, but for 12 bytes a line to tell identical lines apart.
 */
@NullMarked
package dev.holdfast.event.file;

import org.jspecify.annotations.NullMarked;
