package dev.holdfast.model;

/**
 * A model as the registry holds it.
 *
 * @param id internal key, as stored with scores
 * @param model ready to score
 */
public record RegisteredModel(int id, ChurnModel model) {}
