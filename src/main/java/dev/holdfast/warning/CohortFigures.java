package dev.holdfast.warning;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an incident of a segment is about, since it began.
 *
 * @param segment which one, such as {@code region=north}
 * @param segmentId its number
 * @param parent the incident that contains it; null if it stands alone
 * @param children incidents that it contains
 * @param slotSeconds 86400 if it is followed by the day, 3600 by the hour
 * @param since the start of the first slot in which visits were missing
 * @param expected visits
 * @param came visits
 * @param missing the difference
 * @param missingLow lower end of its interval of 95%
 * @param missingHigh upper end of it
 * @param drop share of the expected visits that is missing
 * @param detectableDrop the least lasting drop that this segment shows within a week of days, or a
 *     day of hours, on average; null while it is not known
 * @param listed how many missing customers are listed
 */
public record CohortFigures(
    String segment,
    int segmentId,
    @Nullable Long parent,
    List<Long> children,
    int slotSeconds,
    Instant since,
    double expected,
    long came,
    double missing,
    double missingLow,
    double missingHigh,
    double drop,
    @Nullable Double detectableDrop,
    long listed) {}
