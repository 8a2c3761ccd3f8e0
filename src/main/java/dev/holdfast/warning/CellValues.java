package dev.holdfast.warning;

import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** By which values customers are told apart: those that the watched segments name. */
final class CellValues {

  /** The name of the month of sign-up among the values. */
  static final String COHORT = "cohort";

  private static final int MOST_VALUE = 60;
  private static final Pattern MONTH = Pattern.compile("\\d{4}-\\d{2}.*");

  private final Set<String> fields;
  private final String signedUp;

  /**
   * The values that segments need.
   *
   * @param segments paths, see {@link SegmentTree}
   * @param signedUp the profile value that begins with the date of sign-up
   */
  CellValues(String segments, String signedUp) {
    this.fields = SegmentTree.of(segments).fields();
    this.signedUp = signedUp;
  }

  /** Their names. */
  Set<String> fields() {
    return fields;
  }

  /**
   * The values of a customer; without those that it lacks.
   *
   * @param profile what is known of it by name
   * @param firstUse its first use as far as is known
   * @param cohort in which it was counted before, which stays unless the profile tells; null for
   *     none
   */
  Map<String, String> of(Map<String, String> profile, Instant firstUse, @Nullable String cohort) {
    Map<String, String> values = new TreeMap<>();
    for (String field : fields) {
      String value = field.equals(COHORT) ? cohort(profile, firstUse, cohort) : profile.get(field);
      if (value != null && !value.isBlank()) {
        values.put(field, value.length() > MOST_VALUE ? SegmentTree.shown(value) : value);
      }
    }
    return values;
  }

  private String cohort(Map<String, String> profile, Instant firstUse, @Nullable String before) {
    String given = profile.get(COHORT);
    if (given != null) {
      return given;
    }
    String known = profile.get(signedUp);
    if (known != null && MONTH.matcher(known).matches()) {
      return known.substring(0, 7);
    }
    return before != null ? before : YearMonth.from(firstUse.atOffset(ZoneOffset.UTC)).toString();
  }
}
