package dev.holdfast.simulation;

/** What came of an attempt to call a simulated customer. */
public enum CallResult {
  /** Somebody answered; the hazard changes from the customer's next local day on. */
  REACHED,
  /** Nobody answered; nothing changes but that the company has tried. */
  NOT_REACHED,
  /** All calls that the agents can make on that day (UTC) are made; nothing happened. */
  NO_CAPACITY
}
