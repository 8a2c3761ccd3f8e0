package dev.holdfast.warning;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the missing customers of a segment share more than those of it who came: for each value of
 * the profile and each last event its share in both groups, the lift between them, and an exact
 * one-sided test whose multiplicity is corrected by the false discovery rate.
 *
 * <p>It says what goes with being missing, not what caused it. Not thread-safe.
 *
 * @see <a href="https://doi.org/10.1111/j.2517-6161.1995.tb02031.x">Benjamini and Hochberg (1995),
 *     Controlling the false discovery rate</a>
 */
final class SharedTraits {

  /** Traits are listed up to this false discovery rate. */
  static final double LEVEL = 0.1;

  private final Group missing = new Group();
  private final Group present = new Group();

  private static final class Group {
    private final Map<String, Map<String, Long>> values = new HashMap<>();

    void add(Map<String, String> traits) {
      traits.forEach(
          (name, value) ->
              values.computeIfAbsent(name, unused -> new HashMap<>()).merge(value, 1L, Long::sum));
    }

    long having(String name, String value) {
      return values.getOrDefault(name, Map.of()).getOrDefault(value, 0L);
    }

    /** Of how many customers the value is known. */
    long knowing(String name) {
      return values.getOrDefault(name, Map.of()).values().stream().mapToLong(one -> one).sum();
    }
  }

  /** Adds a missing customer with what is known of it, by name. */
  void addMissing(Map<String, String> traits) {
    missing.add(traits);
  }

  /** Adds one who came. */
  void addPresent(Map<String, String> traits) {
    present.add(traits);
  }

  /**
   * The traits that are listed at {@link #LEVEL}, by falling lift.
   *
   * @param limit how many at most
   */
  List<SharedTrait> ranked(int limit) {
    List<SharedTrait> tested = new ArrayList<>();
    for (String name : new TreeSet<>(missing.values.keySet())) {
      Set<String> values = missing.values.getOrDefault(name, Map.of()).keySet();
      for (String value : new TreeSet<>(values)) {
        tested.add(tested(name, value));
      }
    }
    tested.sort(Comparator.comparingDouble(SharedTrait::p).thenComparing(SharedTrait::trait));
    List<SharedTrait> listed = new ArrayList<>();
    double least = 1;
    for (int rank = tested.size(); rank >= 1; rank--) {
      SharedTrait one = tested.get(rank - 1);
      least = Math.min(least, one.p() * tested.size() / rank);
      if (least <= LEVEL && one.lift() > 1) {
        listed.add(
            new SharedTrait(
                one.trait(),
                one.missing(),
                one.ofMissing(),
                one.present(),
                one.ofPresent(),
                one.lift(),
                one.p(),
                least));
      }
    }
    listed.sort(
        Comparator.comparingDouble(SharedTrait::lift).reversed().thenComparing(SharedTrait::trait));
    return List.copyOf(listed.subList(0, Math.min(limit, listed.size())));
  }

  private SharedTrait tested(String name, String value) {
    long with = missing.having(name, value);
    long all = missing.knowing(name);
    long withToo = present.having(name, value);
    long allToo = present.knowing(name);
    double lift = (with + 0.5) / (all + 1.0) / ((withToo + 0.5) / (allToo + 1.0));
    return new SharedTrait(
        name + "=" + SegmentTree.shown(value),
        with,
        all,
        withToo,
        allToo,
        lift,
        upperTail(with, all, withToo, allToo),
        1);
  }

  /**
   * Fisher's exact test: the probability of {@code with} or more of {@code all} if as many in both
   * groups together have it.
   */
  static double upperTail(long with, long all, long withToo, long allToo) {
    long having = with + withToo;
    long most = Math.min(all, having);
    double total = lnChoose(all + allToo, having);
    double tail = 0;
    for (long k = with; k <= most; k++) {
      if (having - k <= allToo) {
        double one = Math.exp(lnChoose(all, k) + lnChoose(allToo, having - k) - total);
        tail += one;
        if (k > with && one < tail * 1e-15) {
          break;
        }
      }
    }
    return Math.min(1, tail);
  }

  private static double lnChoose(long n, long k) {
    return lnFactorial(n) - lnFactorial(k) - lnFactorial(n - k);
  }

  /** Exact for few, Stirling's series beyond, good to 1e-12. */
  private static double lnFactorial(long n) {
    if (n < 32) {
      double sum = 0;
      for (long i = 2; i <= n; i++) {
        sum += Math.log(i);
      }
      return sum;
    }
    double x = n + 1.0;
    return (x - 0.5) * Math.log(x)
        - x
        + 0.5 * Math.log(2 * Math.PI)
        + 1 / (12 * x)
        - 1 / (360 * x * x * x)
        + 1 / (1260 * Math.pow(x, 5));
  }
}
