package dev.holdfast.console;

import dev.holdfast.warning.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Says in words what an incident is about, and which customers a segment has. */
final class Subjects {

  private static final String SOURCE = "source:";
  private static final String SEGMENT = "segment:";
  private static final String COHORT = "cohort";
  private static final Pattern MONTH = Pattern.compile("\\d{4}-\\d{2}");

  private Subjects() {}

  /**
   * A subject of an incident, such as {@code source:app} or {@code segment:region=north}; itself if
   * it is neither.
   */
  static String of(Words words, String subject) {
    if (subject.startsWith(SOURCE)) {
      return words.of("warning_about_source", subject.substring(SOURCE.length()));
    }
    return subject.startsWith(SEGMENT)
        ? customers(words, subject.substring(SEGMENT.length()))
        : subject;
  }

  /** The customers of a segment by its key. */
  private static String customers(Words words, String key) {
    if (isEverybody(key)) {
      return words.of("warning_about_everybody");
    }
    String values = joined(words, key, false);
    String signedUp = joined(words, key, true);
    if (signedUp == null) {
      return words.of("warning_customers_with", values);
    }
    return values == null
        ? words.of("warning_customers_of", signedUp)
        : words.of("warning_customers_of_with", signedUp, values);
  }

  /** What the customers of a segment have in common, by its key, shorter than as a subject. */
  static String values(Words words, String key) {
    if (isEverybody(key)) {
      return words.of("warning_everybody");
    }
    List<String> said = new ArrayList<>();
    for (String value : key.split("/", -1)) {
      said.add(isMonth(value) ? words.of("warning_signed_up", month(value)) : value(words, value));
    }
    return String.join(words.of("shell_comma"), said);
  }

  private static boolean isEverybody(String key) {
    return key.isEmpty() || key.equals(Segment.ALL);
  }

  /** Its months of sign-up, or its other values; null if it has none. */
  private static @Nullable String joined(Words words, String key, boolean months) {
    List<String> said = new ArrayList<>();
    for (String value : key.split("/", -1)) {
      if (isMonth(value) == months) {
        said.add(months ? month(value) : value(words, value));
      }
    }
    return said.isEmpty() ? null : String.join(words.of("shell_comma"), said);
  }

  private static boolean isMonth(String value) {
    return value.startsWith(COHORT + "=") && MONTH.matcher(month(value)).matches();
  }

  private static String month(String value) {
    return value.substring(COHORT.length() + 1);
  }

  private static String value(Words words, String value) {
    int sign = value.indexOf('=');
    return sign < 0
        ? value
        : words.of(
            "warning_value",
            words.named("trait", value.substring(0, sign)),
            value.substring(sign + 1));
  }
}
