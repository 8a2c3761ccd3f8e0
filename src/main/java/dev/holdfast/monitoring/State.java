package dev.holdfast.monitoring;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collection;
import java.util.Locale;

/** How worrying a verdict is. */
public enum State {
  /** Too little is known for a verdict. */
  NOT_YET_KNOWN,
  /** Nothing beyond chance. */
  QUIET,
  /** Worth a look. */
  WARN,
  /** Act: retrain, or fall back. */
  ALARM;

  /** The word on the wire: {@code not-yet-known}, {@code quiet}, {@code warn}, {@code alarm}. */
  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The state with this word.
   *
   * @throws IllegalArgumentException if there is none
   */
  @JsonCreator
  public static State of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  /** The most worrying of these; not yet known if there is none. */
  static State worst(Collection<State> states) {
    return states.stream().max(State::compareTo).orElse(NOT_YET_KNOWN);
  }
}
