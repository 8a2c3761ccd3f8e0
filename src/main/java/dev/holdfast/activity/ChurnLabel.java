package dev.holdfast.activity;

/** What became of a customer in a {@link LabelWindow}. */
public enum ChurnLabel {
  /** Churned within the horizon. */
  CHURNED,
  /** Did not churn by the end of the window. */
  STAYED,
  /** Not known, and never will be or not yet: the row says nothing. */
  UNKNOWN,
  /** Churned by the end of the lead time, too early for anybody to act: the row is left out. */
  TOO_LATE
}
