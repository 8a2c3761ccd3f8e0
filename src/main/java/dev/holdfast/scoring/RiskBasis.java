package dev.holdfast.scoring;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.holdfast.activity.ActivityState;
import java.util.Locale;

/** What a risk rests on most. */
public enum RiskBasis {
  /** The population: the customer has too few occasions to have a rhythm of its own. */
  PRIOR,
  /** The customer's own history. */
  HISTORY;

  /** Three gaps are what the features ask for before they call a rhythm known. */
  private static final int OCCASIONS_WITH_A_RHYTHM = 4;

  /** What a risk of this customer rests on. */
  static RiskBasis of(ActivityState activity) {
    return activity.usageOccasions() < OCCASIONS_WITH_A_RHYTHM ? PRIOR : HISTORY;
  }

  /** The name on the wire, lower case. */
  @JsonValue
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
