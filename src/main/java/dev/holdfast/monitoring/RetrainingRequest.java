package dev.holdfast.monitoring;

import java.time.Instant;

/**
 * A wish for a new model.
 *
 * @param id of the request
 * @param model the champion that gave rise to it
 * @param requestedAt business instant
 * @param requestedBy a person, or {@code monitoring}
 * @param reason why
 */
public record RetrainingRequest(
    long id, String model, Instant requestedAt, String requestedBy, String reason) {}
