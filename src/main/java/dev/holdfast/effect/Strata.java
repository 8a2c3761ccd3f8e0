package dev.holdfast.effect;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Parties by the share with which their lot was drawn. Where a campaign changed its share, those
 * who came before and after differ in more than the arm; within a stratum they do not.
 */
final class Strata {

  private static final int FEWEST = 2;

  private Strata() {}

  /**
   * The strata with two parties or more in either arm; who is in another cannot be compared, for
   * one party alone does not say how much parties differ.
   */
  static List<List<Assigned>> of(List<Assigned> parties) {
    TreeMap<Double, List<Assigned>> byShare = new TreeMap<>();
    for (Assigned one : parties) {
      byShare.computeIfAbsent(one.treatmentShare(), share -> new ArrayList<>()).add(one);
    }
    List<List<Assigned>> strata = new ArrayList<>();
    for (List<Assigned> stratum : byShare.values()) {
      long treated = stratum.stream().filter(Assigned::treated).count();
      if (treated >= FEWEST && stratum.size() - treated >= FEWEST) {
        strata.add(stratum);
      }
    }
    return strata;
  }

  static ArmCount count(List<Assigned> parties, boolean treated) {
    int n = 0;
    int churned = 0;
    for (Assigned one : parties) {
      if (one.treated() == treated) {
        n++;
        churned += one.churned() ? 1 : 0;
      }
    }
    return new ArmCount(n, churned);
  }

  static int size(List<List<Assigned>> strata) {
    return strata.stream().mapToInt(List::size).sum();
  }
}
