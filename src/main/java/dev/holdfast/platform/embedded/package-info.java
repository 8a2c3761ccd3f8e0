/**
 * A real MariaDB and a real Kafka broker, started by this process under a data folder when no
 * external ones are configured.
 *
 * <p>Entry class: {@link dev.holdfast.platform.embedded.Parts}. A killed process leaves nothing
 * that blocks the next start. The production image has neither part's files.
 */
@NullMarked
package dev.holdfast.platform.embedded;

import org.jspecify.annotations.NullMarked;
