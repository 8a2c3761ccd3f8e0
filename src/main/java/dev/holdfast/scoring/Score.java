package dev.holdfast.scoring;

import java.time.Instant;

/**
 * A risk as it was computed.
 *
 * @param risk calibrated probability of churn within the model's horizon, in (0, 1)
 * @param asOf the instant up to which silence was counted
 * @param modelId the registered model that made it
 * @param band the label shown
 */
public record Score(double risk, Instant asOf, int modelId, Band band) {}
