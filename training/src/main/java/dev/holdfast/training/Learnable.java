package dev.holdfast.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Whether anything can be learnt from snapshots at all, before time is spent on trying. */
final class Learnable {

  private Learnable() {}

  /**
   * Refuses snapshots that teach nothing, and names features that do not vary.
   *
   * @throws IllegalStateException if everybody churned or nobody did, or no feature varies
   */
  static void require(SnapshotSet set, Consumer<String> progress) {
    requireBoth("training", set.training(), set);
    requireBoth("test", set.test(), set);
    List<String> constant = constant(set.training());
    int all = set.training().schema().size();
    if (constant.size() == all) {
      throw new IllegalStateException(
          "none of the "
              + all
              + " features varies over the training rows: all customers look alike; check the map"
              + " of the import, or widen the population of the experiment");
    }
    if (!constant.isEmpty()) {
      progress.accept(
          String.format(
              Locale.ROOT,
              "%d of %d features do not vary and teach nothing: %s",
              constant.size(),
              all,
              String.join(", ", constant)));
    }
  }

  private static void requireBoth(String what, Rows rows, SnapshotSet set) {
    int churned = 0;
    for (int i = 0; i < rows.size(); i++) {
      churned += rows.churned(i) ? 1 : 0;
    }
    if (churned == 0 || churned == rows.size()) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "%s of the %,d %s rows churned: a model needs both outcomes; choose another horizon,"
                  + " another cut-off than %s, or minimumOccasions and maximumIdleDays that leave"
                  + " some of each",
              churned == 0 ? "none" : "all",
              rows.size(),
              what,
              set.cutoff()));
    }
  }

  /** Names of the features with one value only. */
  private static List<String> constant(Rows rows) {
    List<String> names = new ArrayList<>();
    int columns = rows.schema().size();
    float[] first = rows.features(0);
    boolean[] varies = new boolean[columns];
    float[] row = new float[columns];
    for (int i = 1; i < rows.size(); i++) {
      rows.read(i, row);
      for (int j = 0; j < columns; j++) {
        varies[j] |= Float.compare(row[j], first[j]) != 0;
      }
    }
    for (int j = 0; j < columns; j++) {
      if (!varies[j]) {
        names.add(rows.schema().features().get(j).name());
      }
    }
    return names;
  }
}
