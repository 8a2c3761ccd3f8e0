package dev.holdfast.event;

import java.util.Locale;

/**
 * A message that can never be applied as it is. The reason is stable and counted; the detail says
 * what to mend.
 */
public final class BadEvent extends Exception {

  private static final long serialVersionUID = 1L;
  private static final int MAX_DETAIL = 500;

  /** Why a message was refused. */
  public enum Reason {
    /** No value at all, or only blanks. */
    EMPTY,
    /** Longer than {@link EventJson#MAX_BYTES}. */
    TOO_LARGE,
    NOT_UTF8,
    /** Not one JSON object; NaN, Infinity, duplicate keys and trailing text included. */
    NOT_JSON,
    /** Nested deeper than {@link EventJson#MAX_DEPTH}. */
    TOO_DEEP,
    MISSING_FIELD,
    /** A field has the wrong type or a value out of its range. */
    BAD_FIELD,
    /** No kind was given and the mapping of names to kinds does not know the name. */
    UNKNOWN_KIND,
    /** It claims to have happened after we could know of it. */
    FUTURE,
    /** A Kafka header of ours cannot be read. */
    BAD_HEADER,
    /** It is well-formed and fails all the same; the detail is the error, and the fault is ours. */
    INAPPLICABLE;

    /** The name in answers, tables and metrics, kebab-case. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private final Reason reason;

  public BadEvent(Reason reason, String detail) {
    // No stack trace: it is data about a message, and a flood of bad ones must stay cheap.
    super(cut(detail), null, false, false);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }

  /** What is wrong, with the rule and the remedy; at most 500 characters. */
  public String detail() {
    String detail = getMessage();
    return detail == null ? "" : detail;
  }

  private static String cut(String detail) {
    return detail.length() <= MAX_DETAIL ? detail : detail.substring(0, MAX_DETAIL - 1) + "…";
  }
}
