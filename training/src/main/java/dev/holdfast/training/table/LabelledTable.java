package dev.holdfast.training.table;

import dev.holdfast.evaluation.Auc;
import dev.holdfast.event.file.UnusableFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A table to learn from: typed, its outcomes read, and looked through for what would spoil a model.
 */
public final class LabelledTable {

  /** Above this a single column knows what it cannot have known. */
  public static final double LEAKING_AUC = 0.95;

  private static final int LOOK_FOLDS = 5;
  private static final int BINS = 20;

  /**
   * Something found in the table before training.
   *
   * @param serious true if it should be explained before the model is used
   * @param text what was found, in a sentence
   */
  public record Finding(boolean serious, String text) {}

  private final Table table;
  private final TableSource source;
  private final ColumnTypes types;
  private final boolean[] churned;
  private final long[] numbers;
  private final List<Finding> findings;
  private final Map<String, Double> aloneAuc;

  private LabelledTable(
      Table table,
      TableSource source,
      ColumnTypes types,
      boolean[] churned,
      long[] numbers,
      List<Finding> findings,
      Map<String, Double> aloneAuc) {
    this.table = table;
    this.source = source;
    this.types = types;
    this.churned = churned;
    this.numbers = numbers;
    this.findings = findings;
    this.aloneAuc = aloneAuc;
  }

  /**
   * Reads and checks a table.
   *
   * @throws UnusableFile if it cannot be learnt from: no rows, a column that is not there, an
   *     outcome missing or the same for all, nothing but constants, or a column that alone all but
   *     tells the outcome and is not acknowledged; the message says where and what to do
   */
  public static LabelledTable read(TableSource source) {
    Table table = Table.read(Path.of(source.path()));
    ColumnTypes types = ColumnTypes.of(table, source);
    boolean[] churned = outcomes(table, source);
    List<String> features = List.copyOf(types.types().keySet());
    List<String> alike = new ArrayList<>(features);
    alike.add(source.label());
    long[] numbers = table.numbers(source.id(), alike);
    List<Finding> findings = new ArrayList<>();
    types
        .leftOut()
        .forEach(
            (name, why) ->
                findings.add(
                    new Finding(false, "column " + name + " is not learnt from: it " + why)));
    found(findings, table, source, types, alike);
    LabelledTable labelled =
        new LabelledTable(table, source, types, churned, numbers, findings, new LinkedHashMap<>());
    labelled.requireNoLeakage();
    return labelled;
  }

  private static boolean[] outcomes(Table table, TableSource source) {
    Column label = table.column(source.label());
    boolean[] churned = new boolean[table.size()];
    int positives = 0;
    for (int row = 0; row < churned.length; row++) {
      if (Column.isMissing(label.text(row))) {
        throw new UnusableFile(
            table.path()
                + ":"
                + table.line(row)
                + ": column \""
                + label.name()
                + "\" is the label and has no value here; give it, or leave the customer out");
      }
      churned[row] = label.text(row).equals(source.positive());
      positives += churned[row] ? 1 : 0;
    }
    if (positives == 0 || positives == churned.length) {
      List<String> values = label.values();
      throw new UnusableFile(
          table.path()
              + ": column \""
              + label.name()
              + "\" tells "
              + (positives == 0 ? "no" : "every")
              + " customer as churned (positive is \""
              + source.positive()
              + "\", the values from line "
              + table.line(0)
              + " on are "
              + String.join(", ", values.subList(0, Math.min(5, values.size())))
              + (values.size() > 5 ? ", ..." : "")
              + "): there is nothing to tell apart; give the value of the label that means churn,"
              + " or customers of both kinds");
    }
    return churned;
  }

  private static void found(
      List<Finding> findings,
      Table table,
      TableSource source,
      ColumnTypes types,
      List<String> alike) {
    if (source.id() != null) {
      int repeated = table.repeated(List.of(source.id()));
      if (repeated > 0) {
        findings.add(
            new Finding(
                true,
                repeated
                    + " rows repeat an id of column "
                    + source.id()
                    + "; they are kept in one fold, and should be one row a customer"));
      }
    }
    int identical = table.repeated(alike);
    if (identical > 0) {
      findings.add(
          new Finding(
              source.id() == null,
              identical
                  + " of "
                  + table.size()
                  + " rows are identical to an earlier one"
                  + (source.id() == null ? "" : " but for the id")
                  + "; identical rows are kept in one fold, so that none is predicted by its"
                  + " twin"));
    }
    types
        .types()
        .forEach(
            (name, type) -> {
              int missing = table.column(name).missing();
              if (missing > 0) {
                findings.add(
                    new Finding(
                        missing > table.size() / 2,
                        "column "
                            + name
                            + " has no value in "
                            + missing
                            + " of "
                            + table.size()
                            + " rows"));
              }
            });
  }

  private void requireNoLeakage() {
    List<String> refused = new ArrayList<>();
    types
        .types()
        .forEach(
            (name, type) -> {
              double auc = alone(table.column(name), type);
              aloneAuc.put(name, auc);
              if (auc > LEAKING_AUC) {
                if (source.acknowledged().contains(name)) {
                  findings.add(
                      new Finding(
                          true,
                          String.format(
                              Locale.ROOT,
                              "column %s alone has AUC %.3f; the experiment acknowledges it",
                              name,
                              auc)));
                } else {
                  refused.add(String.format(Locale.ROOT, "\"%s\" (AUC %.3f)", name, auc));
                }
              }
            });
    if (!refused.isEmpty()) {
      throw new UnusableFile(
          table.path()
              + ":1: alone and without any model, the outcome is all but told by column "
              + String.join(", column ", refused)
              + ": most likely it was written after the customer had left; say ignore: ["
              + String.join(", ", refused.stream().map(r -> r.split("\"", -1)[1]).toList())
              + "], or acknowledged: [...] if it was known in time");
    }
  }

  /**
   * AUC of a column alone: of its order, or of the churn among rows of the same value or twentieth,
   * each told by the other folds; the larger.
   */
  private double alone(Column column, ColumnType type) {
    int n = churned.length;
    int[] group = new int[n];
    double byOrder = 0;
    if (type == ColumnType.NUMBER) {
      double[] x = new double[n];
      for (int row = 0; row < n; row++) {
        String text = column.text(row);
        x[row] = Column.isMissing(text) ? Double.NEGATIVE_INFINITY : Double.parseDouble(text);
      }
      double auc = Auc.of(x, churned);
      byOrder = Math.max(auc, 1 - auc);
      double[] sorted = x.clone();
      Arrays.sort(sorted);
      double[] cuts =
          IntStream.range(1, BINS).mapToDouble(k -> sorted[(int) ((long) k * n / BINS)]).toArray();
      for (int row = 0; row < n; row++) {
        int at = 0;
        for (double cut : cuts) {
          at += x[row] > cut ? 1 : 0;
        }
        group[row] = x[row] == Double.NEGATIVE_INFINITY ? BINS : at;
      }
    } else {
      for (int row = 0; row < n; row++) {
        group[row] = Column.isMissing(column.text(row)) ? column.values().size() : column.code(row);
      }
    }
    return Math.max(byOrder, byGroups(group));
  }

  private double byGroups(int[] group) {
    int groups = Arrays.stream(group).max().orElse(0) + 1;
    int[] fold = folds(LOOK_FOLDS, 0);
    double[][] gone = new double[LOOK_FOLDS][groups];
    double[][] all = new double[LOOK_FOLDS][groups];
    double positives = 0;
    for (int row = 0; row < group.length; row++) {
      all[fold[row]][group[row]]++;
      gone[fold[row]][group[row]] += churned[row] ? 1 : 0;
      positives += churned[row] ? 1 : 0;
    }
    double rate = positives / group.length;
    double[] told = new double[group.length];
    for (int row = 0; row < told.length; row++) {
      double ones = rate;
      double seen = 1;
      for (int f = 0; f < LOOK_FOLDS; f++) {
        if (f != fold[row]) {
          ones += gone[f][group[row]];
          seen += all[f][group[row]];
        }
      }
      told[row] = ones / seen;
    }
    return Auc.of(told, churned);
  }

  /**
   * A fold for each row: as many who churned in each as can be, rows that are not independent in
   * the same, and the same whatever the order of the rows.
   *
   * @param folds 2 or more
   * @return 0 to folds - 1 for each row
   */
  public int[] folds(int folds, long seed) {
    Map<Long, Boolean> outcome = new LinkedHashMap<>();
    for (int row = 0; row < numbers.length; row++) {
      outcome.merge(numbers[row], churned[row], Boolean::logicalOr);
    }
    Map<Long, Integer> foldOf = new LinkedHashMap<>();
    int dealt = 0;
    for (boolean gone : new boolean[] {true, false}) {
      long[] order =
          outcome.keySet().stream()
              .filter(number -> Boolean.valueOf(gone).equals(outcome.get(number)))
              .sorted(
                  (a, b) -> {
                    int byHash = Long.compare(scattered(a, seed), scattered(b, seed));
                    return byHash != 0 ? byHash : Long.compare(a, b);
                  })
              .mapToLong(Long::longValue)
              .toArray();
      for (long number : order) {
        foldOf.put(number, dealt++ % folds);
      }
    }
    return Arrays.stream(numbers).mapToInt(number -> foldOf.getOrDefault(number, 0)).toArray();
  }

  private static long scattered(long number, long seed) {
    long z = number ^ (seed * 0x9e3779b97f4a7c15L);
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** The rows as read. */
  public Table table() {
    return table;
  }

  /** What the experiment says of it. */
  public TableSource source() {
    return source;
  }

  /** Whether the customer of a row churned. */
  public boolean churned(int row) {
    return churned[row];
  }

  /** Number of the customer of a row; rows that are not independent have the same. */
  public long customer(int row) {
    return numbers[row];
  }

  /** What was found, the order of the file. */
  public List<Finding> findings() {
    return List.copyOf(findings);
  }

  /** Columns learnt from, the one that alone ranks the customers best first. */
  public List<String> columnsByRank() {
    return aloneAuc.entrySet().stream()
        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** How well a column alone ranks the customers: AUC, cross-fitted where it is no order. */
  public double aloneAuc(String column) {
    return aloneAuc.getOrDefault(column, 0.5);
  }

  /** Whether a column has names, or yes and no, and not numbers. */
  public boolean isCategory(String column) {
    return types.types().get(column) != ColumnType.NUMBER;
  }

  /** Learns an encoding from these rows only. */
  public TableEncoding encoding(int[] rows) {
    return TableEncoding.fit(table, source, types, rows);
  }
}
