package dev.holdfast.training.table;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A table of customers as an experiment describes it.
 *
 * @param path of the file: CSV, or TSV if its name says so; {@code .gz} is read as it is
 * @param label column with the outcome
 * @param positive value of the label that means churn; every other value means stayed
 * @param id column that names the customer; null if there is none
 * @param ignore columns not to be learnt from; default none
 * @param columns what a column is, where the values do not tell it: number, category or yes-no
 * @param directions {@code rising}: a larger number may only raise the risk, {@code falling}: only
 *     lower it; others are free
 * @param acknowledged columns that alone all but tell the outcome and were yet known in time; each
 *     other one stops the training
 * @param sums whether numbers that count the same thing, named alike but for one word, are added up
 *     as one more feature; default true
 * @param folds of the evaluation, 2 to 20; default 5
 */
public record TableSource(
    String path,
    String label,
    String positive,
    @Nullable String id,
    List<String> ignore,
    Map<String, ColumnType> columns,
    Map<String, String> directions,
    List<String> acknowledged,
    Boolean sums,
    Integer folds) {

  public TableSource {
    require(path != null && !path.isBlank(), "a table needs path, the file of the customers");
    require(label != null && !label.isBlank(), "a table needs label, the column of the outcome");
    require(
        positive != null && !positive.isBlank(),
        "a table needs positive, the value of the label that means churn, such as \"Yes\"");
    ignore = ignore == null ? List.of() : List.copyOf(ignore);
    // Sorted, because an experiment is written into the version that it makes.
    columns = Collections.unmodifiableMap(columns == null ? Map.of() : new TreeMap<>(columns));
    directions =
        Collections.unmodifiableMap(directions == null ? Map.of() : new TreeMap<>(directions));
    acknowledged = acknowledged == null ? List.of() : List.copyOf(acknowledged);
    sums = sums == null || sums;
    folds = folds == null ? 5 : folds;
    require(folds >= 2 && folds <= 20, "folds must be 2 to 20, was " + folds);
    require(!label.equals(id), "the label cannot be the id as well: " + label);
    require(!ignore.contains(label), "the label cannot be ignored: " + label);
    directions.forEach(
        (column, direction) ->
            require(
                direction.equals("rising") || direction.equals("falling"),
                "the direction of " + column + " must be rising or falling, was " + direction));
  }

  /** The same table in another file. */
  public TableSource in(String otherPath) {
    return new TableSource(
        otherPath, label, positive, id, ignore, columns, directions, acknowledged, sums, folds);
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
