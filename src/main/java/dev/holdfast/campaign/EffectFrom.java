package dev.holdfast.campaign;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;

/** From what the effect of a call is known. */
public enum EffectFrom {
  /** Nobody measured it here: what is known of such calls elsewhere. */
  PRIOR,
  /** The average of the campaign's own calls, by its hold-out. */
  AVERAGE,
  /** A model of whom the campaign's calls keep, by its hold-out. */
  UPLIFT;

  /** The word on the wire and in the database. */
  @JsonValue
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads the word.
   *
   * @throws IllegalArgumentException if it is none
   */
  @JsonCreator
  public static EffectFrom of(String word) {
    return Arrays.stream(values())
        .filter(one -> one.wireName().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "an effect is from prior, average or uplift, was \"" + word + "\""));
  }
}
