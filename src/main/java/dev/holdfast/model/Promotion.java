package dev.holdfast.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One change of the champion.
 *
 * @param version the version that serves since
 * @param previous the version that served until then; absent for the first
 * @param at when
 * @param by who
 * @param kind how: {@code promotion}, or back to an earlier champion by {@code rollback} (a person)
 *     or {@code fall-back} (the rule of monitoring)
 * @param reason why
 */
public record Promotion(
    String version, @Nullable String previous, Instant at, String by, String kind, String reason) {}
