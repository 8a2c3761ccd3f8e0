package dev.holdfast.scoring;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The label shown for a risk. The order is stored (see {@code customer_state.band}). */
public enum Band {
  LOW,
  MEDIUM,
  HIGH;

  /** The name on the wire, lower case. */
  @JsonValue
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The band of a risk.
   *
   * @param mediumFrom from this risk on, medium
   * @param highFrom from this risk on, high
   */
  static Band of(double risk, double mediumFrom, double highFrom) {
    if (risk >= highFrom) {
      return HIGH;
    }
    return risk >= mediumFrom ? MEDIUM : LOW;
  }
}
