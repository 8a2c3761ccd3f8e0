package dev.holdfast.campaign;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How an attempt to call ended, and whether the task is done with it. */
public enum Disposition {
  REACHED(true),
  NO_ANSWER(false),
  BUSY(false),
  WRONG_NUMBER(true),
  CALL_BACK(false),
  ACCEPTED(true),
  REFUSED(true),
  DO_NOT_CONTACT(true),
  COMPLAINT_RAISED(true),
  SOLVED(true);

  private final boolean finishes;

  Disposition(boolean finishes) {
    this.finishes = finishes;
  }

  /** True if no further attempt follows. */
  public boolean finishes() {
    return finishes;
  }

  /** True if nobody who was meant was on the telephone. */
  public boolean reachesNobody() {
    return this == NO_ANSWER || this == BUSY || this == WRONG_NUMBER;
  }

  /** True if people talked with each other, and not only of when to call again. */
  public boolean isConversation() {
    return finishes && !reachesNobody();
  }

  /** True of a conversation after which the customer is content. */
  public boolean endsWell() {
    return this == ACCEPTED || this == SOLVED;
  }

  /** The word on the wire and in the database: lower case with hyphens. */
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
  public static Disposition of(String word) {
    return Arrays.stream(values())
        .filter(one -> one.wireName().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "disposition must be one of "
                        + Arrays.stream(values())
                            .map(Disposition::wireName)
                            .collect(Collectors.joining(", "))));
  }
}
