package dev.holdfast.warning;

import org.jspecify.annotations.Nullable;

/**
 * Customers who have values in common, such as {@code region=north/plan=basic}.
 *
 * @param key {@link #ALL}, or the values by level with slashes between
 * @param level 0 for all customers, at most {@link SegmentTree#MOST_LEVELS}
 * @param parent the segment that contains it; null at the top
 */
public record Segment(String key, int level, @Nullable Segment parent) {

  /** The key of all customers together. */
  public static final String ALL = "all";

  static final Segment TOP = new Segment(ALL, 0, null);

  /** True if {@code other} is this segment or contains it. */
  public boolean isWithin(Segment other) {
    for (Segment one = this; one != null; one = one.parent()) {
      if (one.equals(other)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Segment that && key.equals(that.key);
  }

  @Override
  public int hashCode() {
    return key.hashCode();
  }
}
