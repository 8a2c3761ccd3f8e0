package dev.holdfast.campaign;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a party gives as its reason, for leaving, staying or refusing. */
public enum OutcomeReason {
  PRICE,
  QUALITY,
  SERVICE,
  COMPETITOR,
  CONTRACT,
  NO_NEED,
  MOVED,
  SATISFIED,
  NO_TIME,
  OTHER;

  /** The word on the wire and in the database. */
  @JsonValue
  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Reads the word.
   *
   * @throws IllegalArgumentException with the list of words
   */
  @JsonCreator
  public static OutcomeReason of(String word) {
    return Arrays.stream(values())
        .filter(one -> one.wireName().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "reason must be one of "
                        + Arrays.stream(values())
                            .map(OutcomeReason::wireName)
                            .collect(Collectors.joining(", "))));
  }
}
