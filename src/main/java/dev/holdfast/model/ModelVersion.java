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
 * @param gate JSON: passed, and each rule with its figures
 */
public record ModelVersion(
    String version,
    Instant createdAt,
    String createdBy,
    boolean champion,
    @JsonRawValue String gate) {}
