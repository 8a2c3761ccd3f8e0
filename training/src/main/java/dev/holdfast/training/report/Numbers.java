package dev.holdfast.training.report;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Numbers and times as the report writes them: the same in the page and on the card. */
final class Numbers {

  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("yyyy-MM-dd").withZone(ZoneOffset.UTC);

  private Numbers() {}

  static String count(double n) {
    return String.format(Locale.ROOT, "%,d", Math.round(n));
  }

  static String fixed(double value, int decimals) {
    String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
    // No negative zero, and a true minus sign.
    return text.matches("-0\\.?0*") ? text.substring(1) : text.replace('-', '\u2212');
  }

  /** With its sign, for differences. */
  static String signed(double value, int decimals) {
    String text = fixed(value, decimals);
    return text.startsWith("\u2212") || text.matches("0\\.?0*") ? text : "+" + text;
  }

  static String percent(double share, int decimals) {
    return fixed(100 * share, decimals) + "\u00a0%";
  }

  /** As short as it can be told apart at about three digits: for axes and feature values. */
  static String brief(double value) {
    double size = Math.abs(value);
    if (size >= 10_000) {
      return count(value).replace('-', '\u2212');
    }
    String text = fixed(value, size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
    return text.contains(".") ? text.replaceAll("0+$", "").replaceAll("\\.$", "") : text;
  }

  static String day(Instant instant) {
    return DAY.format(instant);
  }
}
