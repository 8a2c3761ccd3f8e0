/**
 * What customers did: the {@link dev.holdfast.event.Event} record, its formats, sources with their
 * watermarks, intake, import, the store and the quarantine.
 *
 * <p>All ways in end in one Kafka topic; nothing here applies an event to a customer.
 */
@NullMarked
package dev.holdfast.event;

import org.jspecify.annotations.NullMarked;
