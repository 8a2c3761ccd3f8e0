package dev.holdfast.training.table;

import dev.holdfast.event.file.UnusableFile;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Which columns are learnt from and what each holds, told from the values unless the experiment
 * says it.
 *
 * @param types by column, in the order of the file; the label, the id and what is left out are not
 *     among them
 * @param leftOut why each other column is not learnt from
 */
record ColumnTypes(Map<String, ColumnType> types, Map<String, String> leftOut) {

  private static final List<Set<String>> PAIRS =
      List.of(Set.of("yes", "no"), Set.of("true", "false"), Set.of("y", "n"), Set.of("t", "f"));
  private static final Set<String> YES = Set.of("yes", "true", "y", "t", "1");
  private static final Set<String> NO = Set.of("no", "false", "n", "f", "0");
  // A category with a value of its own for most customers names them.
  private static final double NAMES_CUSTOMERS = 0.5;
  private static final int SMALL_TABLE = 50;

  /**
   * Looks at each column.
   *
   * @throws UnusableFile if the experiment names a column that is not there, if a value is not of
   *     the kind the experiment says, or if nothing is left to learn from
   */
  static ColumnTypes of(Table table, TableSource source) {
    for (String named : named(source)) {
      table.column(named);
    }
    Map<String, ColumnType> types = new LinkedHashMap<>();
    Map<String, String> leftOut = new LinkedHashMap<>();
    for (String name : table.columns()) {
      if (name.equals(source.label()) || name.equals(source.id())) {
        continue;
      }
      Column column = table.column(name);
      List<String> present = column.present();
      if (source.ignore().contains(name)) {
        leftOut.put(name, "ignored, as the experiment says");
      } else if (present.isEmpty()) {
        leftOut.put(name, "has no value in any row");
      } else if (column.values().size() == 1) {
        leftOut.put(name, "is \"" + present.get(0) + "\" in every row");
      } else {
        ColumnType type = source.columns().get(name);
        if (type == null) {
          type = infer(present);
          if (type == ColumnType.CATEGORY
              && table.size() >= SMALL_TABLE
              && present.size() > NAMES_CUSTOMERS * table.size()) {
            leftOut.put(
                name,
                "has "
                    + present.size()
                    + " different texts in "
                    + table.size()
                    + " rows, as a name has; say columns: {"
                    + name
                    + ": category} if it is none");
            continue;
          }
        } else {
          requireAll(table, column, type);
        }
        types.put(name, type);
      }
    }
    if (types.isEmpty()) {
      throw new UnusableFile(
          table.path()
              + " has no column to learn from: "
              + words(leftOut)
              + "; add columns that differ between customers");
    }
    return new ColumnTypes(types, leftOut);
  }

  private static Set<String> named(TableSource source) {
    Set<String> named = new HashSet<>(source.ignore());
    named.add(source.label());
    if (source.id() != null) {
      named.add(source.id());
    }
    named.addAll(source.columns().keySet());
    named.addAll(source.directions().keySet());
    named.addAll(source.acknowledged());
    return named;
  }

  static String words(Map<String, String> leftOut) {
    List<String> words = new ArrayList<>();
    leftOut.forEach((name, why) -> words.add(name + " " + why));
    return String.join(", ", words);
  }

  private static ColumnType infer(List<String> present) {
    if (present.stream().allMatch(Column::isNumber)) {
      return ColumnType.NUMBER;
    }
    Set<String> lower = new HashSet<>();
    present.forEach(value -> lower.add(value.toLowerCase(Locale.ROOT)));
    return PAIRS.stream().anyMatch(pair -> pair.containsAll(lower))
        ? ColumnType.YES_NO
        : ColumnType.CATEGORY;
  }

  private static void requireAll(Table table, Column column, ColumnType type) {
    for (String value : column.present()) {
      requireIs(table, column, type, value);
    }
  }

  /** Refuses a value that is not of the column's kind; the message names the first line with it. */
  static void requireIs(Table table, Column column, ColumnType type, String value) {
    boolean fits =
        switch (type) {
          case NUMBER -> Column.isNumber(value);
          case YES_NO -> isYes(value) || isNo(value);
          case CATEGORY -> true;
        };
    if (!fits) {
      throw new UnusableFile(
          table.path()
              + ":"
              + table.line(table.firstRow(column, value))
              + ": column \""
              + column.name()
              + "\" is a "
              + type.label()
              + " and has \""
              + value
              + "\" here; mend the value, leave it empty if it is not known, or say columns: {"
              + column.name()
              + ": category}");
    }
  }

  static boolean isYes(String value) {
    return YES.contains(value.toLowerCase(Locale.ROOT));
  }

  private static boolean isNo(String value) {
    return NO.contains(value.toLowerCase(Locale.ROOT));
  }
}
