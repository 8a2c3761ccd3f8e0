package dev.holdfast.model;

import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;

/**
 * One row of the registry.
 *
 * @param version name of the model
 * @param createdAt when it was registered
 * @param createdBy who registered it
 * @param champion true for the serving version
 * @param challenger true for a version that is scored in shadow
 * @param verdict what the gate said, in one line
 * @param gate JSON: passed, and each rule with its figures
 */
public record ModelVersion(
    String version,
    Instant createdAt,
    String createdBy,
    boolean champion,
    boolean challenger,
    String verdict,
    @JsonRawValue String gate) {}
