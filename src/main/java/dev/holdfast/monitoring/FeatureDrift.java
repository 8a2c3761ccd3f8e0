package dev.holdfast.monitoring;

/**
 * How far one feature has moved from the model's reference.
 *
 * @param feature its name
 * @param psi population stability index, 0 or more; 0.1 is worth a look, 0.25 a deed
 * @param ks largest difference of the distribution functions at the borders of the groups, in [0,
 *     1]
 */
public record FeatureDrift(String feature, double psi, double ks) {}
