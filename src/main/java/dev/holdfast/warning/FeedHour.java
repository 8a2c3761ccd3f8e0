package dev.holdfast.warning;

/**
 * One hour of a source.
 *
 * @param hour in hours since the epoch
 * @param events that occurred in it, whenever they came
 * @param received messages that came in it, whenever they occurred
 * @param duplicate repeats among them
 * @param late those among them too old to be applied
 * @param refused those among them that were put aside
 * @param unmapped among the refused those whose name has no kind
 */
record FeedHour(
    long hour,
    long events,
    long received,
    long duplicate,
    long late,
    long refused,
    long unmapped) {}
