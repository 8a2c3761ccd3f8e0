package dev.holdfast.training.table;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The values of one column, each different text kept once. A value that is empty, blank or says
 * that it is not there is missing.
 */
final class Column {

  private static final Set<String> ABSENT = Set.of("", "na", "n/a", "nan", "null");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d{1,3})?");

  private final String name;
  private final Map<String, Integer> codeOf = new HashMap<>();
  private final List<String> values = new ArrayList<>();
  private int[] codes = new int[1024];
  private int size;

  Column(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  void add(String text) {
    String stripped = text.strip();
    Integer known = codeOf.get(stripped);
    if (known == null) {
      known = values.size();
      codeOf.put(stripped, known);
      values.add(stripped);
    }
    if (size == codes.length) {
      codes = java.util.Arrays.copyOf(codes, 2 * size);
    }
    codes[size++] = known;
  }

  int size() {
    return size;
  }

  /** The text of a row without blanks at its ends. */
  String text(int row) {
    return values.get(codes[row]);
  }

  /** The number of the row's text among {@link #values}. */
  int code(int row) {
    return codes[row];
  }

  /** Each different text, in the order of first appearance. */
  List<String> values() {
    return values;
  }

  /** The different texts that are not missing. */
  List<String> present() {
    return values.stream().filter(v -> !isMissing(v)).toList();
  }

  /** Rows without a value. */
  int missing() {
    boolean[] absent = new boolean[values.size()];
    for (int i = 0; i < absent.length; i++) {
      absent[i] = isMissing(values.get(i));
    }
    int missing = 0;
    for (int row = 0; row < size; row++) {
      missing += absent[codes[row]] ? 1 : 0;
    }
    return missing;
  }

  static boolean isMissing(String text) {
    return text.length() <= 4 && ABSENT.contains(text.toLowerCase(Locale.ROOT));
  }

  /** Whether a text is a finite number that a feature can hold. */
  static boolean isNumber(String text) {
    return NUMBER.matcher(text).matches() && Float.isFinite(Float.parseFloat(text));
  }
}
