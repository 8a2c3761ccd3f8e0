package dev.holdfast.model;

/**
 * Why the risk is as high as it is. An association the model found, not a cause.
 *
 * @param family features that tell the same story
 * @param feature the one that adds most within the family
 * @param contribution what the family adds to the log-odds, positive
 * @param words in plain words, with the customer's numbers
 */
public record Reason(String family, String feature, double contribution, String words) {}
