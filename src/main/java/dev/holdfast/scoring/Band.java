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
}
