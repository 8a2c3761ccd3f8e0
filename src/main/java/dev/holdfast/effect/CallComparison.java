package dev.holdfast.effect;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * In what calls that went well differ from those that did not: by reason, hour, agent and whatever
 * else is known of a call. Nobody drew lots about any of it, so it is association: good agents may
 * get easy calls.
 *
 * @param calls compared
 * @param succeeded how many of them
 * @param associations those that stand first, then by probability
 * @param words how to read them
 */
public record CallComparison(
    int calls, int succeeded, List<Association> associations, String words) {

  private static final int FEWEST = 10;
  private static final String WORDS =
      "association, not effect: calls of one kind differ in more than the kind; corrected for the"
          + " number of comparisons, one in ten of those that stand may be chance";

  /**
   * A call as it is compared.
   *
   * @param succeeded what is asked about
   * @param traits by name of the trait, such as {@code agent}, the values that it has
   */
  public record Call(boolean succeeded, Map<String, List<String>> traits) {}

  /**
   * Calls with a value of a trait beside all others that have the trait.
   *
   * @param trait such as {@code hour}
   * @param value such as {@code 18}
   * @param calls with the value
   * @param succeeded of these
   * @param rate share that succeeded, in [0, 1]
   * @param rateOfOthers the same of the others
   * @param p two-sided probability of such a difference by chance, corrected for the number of
   *     comparisons
   * @param stands true if p is at most {@link FalseDiscovery#RATE}
   */
  public record Association(
      String trait,
      String value,
      int calls,
      int succeeded,
      double rate,
      double rateOfOthers,
      double p,
      boolean stands) {}

  /** Compares; values with fewer than ten calls on either side are left out. */
  public static CallComparison of(List<Call> calls) {
    Map<String, Map<String, int[]>> counts = new TreeMap<>();
    Map<String, int[]> totals = new TreeMap<>();
    int succeeded = 0;
    for (Call call : calls) {
      succeeded += call.succeeded() ? 1 : 0;
      call.traits()
          .forEach(
              (trait, values) -> {
                add(totals.computeIfAbsent(trait, t -> new int[2]), call.succeeded());
                for (String value : new TreeSet<>(values)) {
                  add(
                      counts
                          .computeIfAbsent(trait, t -> new TreeMap<>())
                          .computeIfAbsent(value, v -> new int[2]),
                      call.succeeded());
                }
              });
    }
    List<Association> raw = new ArrayList<>();
    counts.forEach(
        (trait, values) ->
            values.forEach(
                (value, count) -> {
                  int[] total = totals.getOrDefault(trait, new int[2]);
                  int others = total[0] - count[0];
                  if (count[0] >= FEWEST && others >= FEWEST) {
                    raw.add(association(trait, value, count, others, total[1] - count[1]));
                  }
                }));
    double[] corrected =
        FalseDiscovery.corrected(raw.stream().mapToDouble(Association::p).toArray());
    List<Association> all = new ArrayList<>();
    for (int i = 0; i < corrected.length; i++) {
      Association one = raw.get(i);
      all.add(
          new Association(
              one.trait,
              one.value,
              one.calls,
              one.succeeded,
              one.rate,
              one.rateOfOthers,
              corrected[i],
              corrected[i] <= FalseDiscovery.RATE));
    }
    all.sort(Comparator.comparingDouble(Association::p));
    return new CallComparison(calls.size(), succeeded, List.copyOf(all), WORDS);
  }

  private static void add(int[] count, boolean succeeded) {
    count[0]++;
    count[1] += succeeded ? 1 : 0;
  }

  private static Association association(
      String trait, String value, int[] count, int others, int succeededOthers) {
    double rate = (double) count[1] / count[0];
    double rateOfOthers = (double) succeededOthers / others;
    double pooled = (double) (count[1] + succeededOthers) / (count[0] + others);
    double error = Math.sqrt(pooled * (1 - pooled) * (1.0 / count[0] + 1.0 / others));
    double p = error > 0 ? Normal.twoSided((rate - rateOfOthers) / error) : 1;
    return new Association(trait, value, count[0], count[1], rate, rateOfOthers, p, false);
  }
}
