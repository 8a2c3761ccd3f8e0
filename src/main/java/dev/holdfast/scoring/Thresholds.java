package dev.holdfast.scoring;

/** The levels of risk at which somebody wants to act. Implemented by the rooms above. */
public interface Thresholds {

  /** Levels in (0, 1) whose upward crossing matters, in any order; empty if nobody watches. */
  double[] levels();
}
