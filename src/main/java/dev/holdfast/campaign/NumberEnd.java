package dev.holdfast.campaign;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A number as far as it says whose it is. Two international numbers, those with a plus, are
 * compared in full; where one is written as within a country, or it cannot be told, by their ends.
 * When in doubt two numbers are the same: a stranger is spared rather than a wish passed over.
 *
 * @param end the last nine digits, fewer if there are no more; no zeros before them
 * @param before the digits before those of an international number, empty if there are none; null
 *     if it is not known to be one
 */
record NumberEnd(String end, @Nullable String before) {

  private static final int DIGITS = 9;
  private static final int FEWEST_DIGITS = 3;

  /** By so many digits at the end numbers are found; with fewer they must be equal. */
  private static final int TAIL = 7;

  /** Digits of an international number, by ITU-T E.164 at most 15. */
  private static final String INTERNATIONAL = "[1-9][0-9]{6,14}";

  private static final int LONGEST_COUNTRY_CODE = 3;

  /** Digits that some write between the code of the country and the rest, such as a zero. */
  private static final int MOST_BETWEEN = 2;

  /** Of a number as it was given; empty if it has too few digits to be one. */
  static Optional<NumberEnd> of(String number) {
    String written = number.strip();
    // +44 (0)20: a zero that is dialled only without the country code.
    String digits = written.replace("(0)", "").replaceAll("[^0-9]", "");
    boolean international = written.startsWith("+") && digits.matches(INTERNATIONAL);
    digits = digits.replaceFirst("^0+", "");
    if (digits.length() < FEWEST_DIGITS) {
      return Optional.empty();
    }
    int cut = Math.max(0, digits.length() - DIGITS);
    return Optional.of(
        new NumberEnd(digits.substring(cut), international ? digits.substring(0, cut) : null));
  }

  /** What two numbers have in common if they are the same. */
  String tail() {
    return end.substring(Math.max(0, end.length() - TAIL));
  }

  /** True unless the two are certainly different numbers. */
  boolean same(NumberEnd other) {
    if (before != null && other.before != null) {
      return sameInternational(before + end, other.before + other.end);
    }
    boolean longer = end.length() >= other.end.length();
    String one = longer ? end : other.end;
    String part = longer ? other.end : end;
    return one.equals(part) || part.length() >= TAIL && one.endsWith(part);
  }

  private static boolean sameInternational(String one, String other) {
    String longer = one.length() >= other.length() ? one : other;
    String shorter = one.length() >= other.length() ? other : one;
    int between = longer.length() - shorter.length();
    if (between == 0) {
      return one.equals(other);
    }
    if (between > MOST_BETWEEN) {
      return false;
    }
    for (int code = 1; code <= LONGEST_COUNTRY_CODE; code++) {
      if (shorter.equals(longer.substring(0, code) + longer.substring(code + between))) {
        return true;
      }
    }
    return false;
  }
}
