package dev.holdfast.scoring;

import java.util.Arrays;
import java.util.List;

/** The levels of risk at which somebody wants to act. Implemented by the rooms above. */
public interface Thresholds {

  /**
   * A level and who watches it.
   *
   * @param level in (0, 1)
   * @param meaning in plain words, such as the name of a campaign
   */
  record Watched(double level, String meaning) {}

  /** Levels in (0, 1) whose upward crossing matters, in any order; empty if nobody watches. */
  double[] levels();

  /** The same levels, each with who watches it. */
  default List<Watched> watched() {
    return Arrays.stream(levels())
        .mapToObj(level -> new Watched(level, "threshold of a campaign"))
        .toList();
  }
}
