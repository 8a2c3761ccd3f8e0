package dev.holdfast.activity;

/**
 * One column of what a model sees.
 *
 * @param name unique within its schema
 * @param unit unit of the value, "-" if it has none
 * @param family features that tell the same story; reasons are grouped by it
 * @param direction how it moves in silence
 * @param plainWords what it means, for people
 */
public record Feature(
    String name, String unit, String family, Direction direction, String plainWords) {}
