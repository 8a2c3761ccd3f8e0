package dev.holdfast.model;

import dev.holdfast.model.ShapleyWalk.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Exact Shapley values by table: what a leaf contributes depends on a row only by which features of
 * the leaf's path the row satisfies, so it is computed once for every pattern of them.
 *
 * <p>Up to four leaves that hang below one node share a table, which answers for all of them at
 * once: its key has a bit for each distinct feature above the node, and the decisions of the node
 * and its children. Decisions are made once per node and row.
 */
final class ShapleyTables {

  /** About 64 MB: 500 whole trees of depth 6, or 200 of depth 7. */
  private static final int MOST_VALUES = 16 * 1024 * 1024;

  private static final int MOST_KEY_BITS = 16;
  private static final int DECISIONS = 3;

  private final int features;
  // Trees one after the other, each with its upper nodes (parents first) and then its groups.
  private final int[] uppersOf;
  private final int[] groupsOf;
  private final int widest;

  // Per upper node: which value it compares with what, the path bit of its feature, and where the
  // two patterns go.
  private final int[] upperValue;
  private final float[] upperSplit;
  private final int[] upperBit;
  private final int[] upperLeft;
  private final int[] upperRight;

  // Per group: mask of the path bits, their number, three decisions, and its table.
  private final int[] pathMask;
  private final int[] pathBits;
  private final int[] groupValue;
  private final float[] groupSplit;
  private final int[] tableAt;
  private final int[] columnsAt;
  private final int[] columns;
  private final float[] table;

  private ShapleyTables(Forest forest, List<Plan> plans) {
    features = forest.features;
    int uppers = plans.stream().mapToInt(plan -> plan.uppers.size()).sum();
    int groups = plans.stream().mapToInt(plan -> plan.groups.size()).sum();
    uppersOf = new int[plans.size() + 1];
    groupsOf = new int[plans.size() + 1];
    upperValue = new int[uppers];
    upperSplit = new float[uppers];
    upperBit = new int[uppers];
    upperLeft = new int[uppers];
    upperRight = new int[uppers];
    pathMask = new int[groups];
    pathBits = new int[groups];
    groupValue = new int[DECISIONS * groups];
    groupSplit = new float[DECISIONS * groups];
    tableAt = new int[groups];
    columnsAt = new int[groups + 1];
    columns =
        plans.stream()
            .flatMap(plan -> plan.groups.stream())
            .flatMapToInt(group -> Arrays.stream(group.columns))
            .toArray();
    table = new float[plans.stream().mapToInt(Plan::values).sum()];
    int most = 0;
    int u = 0;
    int g = 0;
    int values = 0;
    for (int t = 0; t < plans.size(); t++) {
      Plan plan = plans.get(t);
      uppersOf[t] = u;
      groupsOf[t] = g;
      most = Math.max(most, plan.uppers.size() + plan.groups.size());
      for (Upper upper : plan.uppers) {
        upperValue[u] = valueAt(forest, upper.node);
        upperSplit[u] = forest.split[upper.node];
        upperBit[u] = 1 << upper.bit;
        upperLeft[u] = plan.slot(upper.left);
        upperRight[u] = plan.slot(upper.right);
        u++;
      }
      for (Group group : plan.groups) {
        int bits = group.path.length();
        pathMask[g] = (1 << bits) - 1;
        pathBits[g] = bits;
        for (int d = 0; d < DECISIONS; d++) {
          boolean real = d < group.nodes.size();
          groupValue[DECISIONS * g + d] = real ? valueAt(forest, group.nodes.get(d)) : 0;
          // Nothing is below minus infinity: a decision that is not there is never made.
          groupSplit[DECISIONS * g + d] =
              real ? forest.split[group.nodes.get(d)] : Float.NEGATIVE_INFINITY;
        }
        tableAt[g] = values;
        columnsAt[g + 1] = columnsAt[g] + group.columns.length;
        group.fill(table, values);
        values += group.values();
        g++;
      }
    }
    uppersOf[plans.size()] = u;
    groupsOf[plans.size()] = g;
    widest = most;
  }

  /** The tables of a forest; empty if they would take too much memory. */
  static Optional<ShapleyTables> of(Forest forest) {
    List<Plan> plans = new ArrayList<>(forest.roots.length);
    long values = 0;
    for (int root : forest.roots) {
      Plan plan = new Plan(forest);
      plan.visit(root, Path.START);
      if (plan.groups.stream().anyMatch(group -> group.keyBits() > MOST_KEY_BITS)) {
        return Optional.empty();
      }
      values += plan.values();
      if (values > MOST_VALUES) {
        return Optional.empty();
      }
      plans.add(plan);
    }
    return Optional.of(new ShapleyTables(forest, plans));
  }

  /**
   * Values are doubled: first with a missing one as minus infinity, which goes left everywhere,
   * then as plus infinity, which goes right.
   */
  private static int valueAt(Forest forest, int node) {
    return forest.feature[node] + (forest.missingLeft[node] ? 0 : forest.features);
  }

  /** Adds what each feature of a row contributes, by column. */
  void add(float[] row, double[] out) {
    float[] values = new float[2 * features];
    for (int i = 0; i < features; i++) {
      boolean missing = Float.isNaN(row[i]);
      values[i] = missing ? Float.NEGATIVE_INFINITY : row[i];
      values[features + i] = missing ? Float.POSITIVE_INFINITY : row[i];
    }
    int[] patterns = new int[widest];
    for (int t = 0; t + 1 < uppersOf.length; t++) {
      decide(t, values, patterns);
      lookUp(t, values, patterns, out);
    }
  }

  /** Passes the pattern of satisfied features down a tree, from the root to the groups. */
  private void decide(int tree, float[] values, int[] patterns) {
    int first = uppersOf[tree];
    int end = uppersOf[tree + 1];
    patterns[0] = -1;
    for (int u = first; u < end; u++) {
      int pattern = patterns[u - first];
      int failsLeft = values[upperValue[u]] < upperSplit[u] ? 0 : upperBit[u];
      patterns[upperLeft[u]] = pattern & ~failsLeft;
      patterns[upperRight[u]] = pattern & ~(failsLeft ^ upperBit[u]);
    }
  }

  private void lookUp(int tree, float[] values, int[] patterns, double[] out) {
    int slot = uppersOf[tree + 1] - uppersOf[tree];
    for (int g = groupsOf[tree]; g < groupsOf[tree + 1]; g++) {
      int d = DECISIONS * g;
      int key = patterns[slot++] & pathMask[g];
      int decided =
          (values[groupValue[d]] < groupSplit[d] ? 1 : 0)
              | (values[groupValue[d + 1]] < groupSplit[d + 1] ? 2 : 0)
              | (values[groupValue[d + 2]] < groupSplit[d + 2] ? 4 : 0);
      key |= decided << pathBits[g];
      int from = columnsAt[g];
      int width = columnsAt[g + 1] - from;
      int at = tableAt[g] + key * width;
      for (int i = 0; i < width; i++) {
        out[columns[from + i]] += table[at + i];
      }
    }
  }

  private record Upper(int node, int bit, int left, int right) {}

  /** How one tree is cut into upper nodes and groups. */
  private static final class Plan {

    private final Forest forest;
    private final List<Upper> uppers = new ArrayList<>();
    private final List<Group> groups = new ArrayList<>();

    Plan(Forest forest) {
      this.forest = forest;
    }

    int values() {
      return groups.stream().mapToInt(Group::values).sum();
    }

    /** Upper nodes are numbered as they are visited, groups negatively; both find their slot. */
    int slot(int number) {
      return number >= 0 ? number : uppers.size() + ~number;
    }

    int visit(int node, Path path) {
      if (height(node) <= 2) {
        groups.add(new Group(forest, node, path));
        return ~(groups.size() - 1);
      }
      int number = uppers.size();
      uppers.add(new Upper(node, 0, 0, 0));
      double share = forest.leftShare(node);
      Path left = path.then(forest.feature[node], share, true);
      Path right = path.then(forest.feature[node], 1 - share, true);
      int bit = left.indexOf(forest.feature[node]);
      uppers.set(
          number,
          new Upper(node, bit, visit(forest.left[node], left), visit(forest.right[node], right)));
      return number;
    }

    /** Splits below a node, counted no further than 3. */
    private int height(int node) {
      return height(node, 3);
    }

    private int height(int node, int most) {
      if (most == 0 || forest.isLeaf(node)) {
        return 0;
      }
      return 1
          + Math.max(height(forest.left[node], most - 1), height(forest.right[node], most - 1));
    }
  }

  /** Up to four leaves below one node. */
  private static final class Group {

    private final Forest forest;
    private final int top;
    private final Path path;
    private final List<Integer> nodes = new ArrayList<>();
    private final int[] columns;

    Group(Forest forest, int top, Path path) {
      this.forest = forest;
      this.top = top;
      this.path = path;
      Path all = path;
      if (!forest.isLeaf(top)) {
        nodes.add(top);
        for (int child : new int[] {forest.left[top], forest.right[top]}) {
          if (!forest.isLeaf(child)) {
            nodes.add(child);
          }
        }
      }
      for (int node : nodes) {
        all = all.then(forest.feature[node], 1, true);
      }
      columns = all.columns();
    }

    int keyBits() {
      return path.length() + nodes.size();
    }

    int values() {
      return columns.length << keyBits();
    }

    void fill(float[] table, int at) {
      double[] sums = new double[values()];
      int[] set = new int[columns.length];
      for (int i = 0; i < path.length(); i++) {
        set[i] = 1 << i;
      }
      descend(top, path, set, new int[columns.length], sums);
      for (int i = 0; i < sums.length; i++) {
        table[at + i] = (float) sums[i];
      }
    }

    /**
     * Goes to the leaves.
     *
     * @param set by feature of the path, the bits of a key that must be 1 for the row to pass
     * @param clear those that must be 0
     */
    private void descend(int node, Path above, int[] set, int[] clear, double[] sums) {
      if (forest.isLeaf(node)) {
        addLeaf(forest.split[node], above, set, clear, sums);
        return;
      }
      int decision = 1 << (path.length() + nodes.indexOf(node));
      int by = forest.feature[node];
      double share = forest.leftShare(node);
      Path left = above.then(by, share, true);
      int index = left.indexOf(by);
      int[] more = set.clone();
      more[index] |= decision;
      descend(forest.left[node], left, more, clear, sums);
      more = clear.clone();
      more[index] |= decision;
      descend(forest.right[node], above.then(by, 1 - share, true), set, more, sums);
    }

    private void addLeaf(double leaf, Path to, int[] set, int[] clear, double[] sums) {
      int m = to.length();
      if (m == 0) {
        return;
      }
      double[] ofPattern = patterns(leaf, to);
      int[] where = new int[m];
      for (int i = 0; i < m; i++) {
        where[i] = indexOf(to.columns()[i]);
      }
      for (int key = 0; key < 1 << keyBits(); key++) {
        int pattern = 0;
        for (int i = 0; i < m; i++) {
          if ((key & set[i]) == set[i] && (key & clear[i]) == 0) {
            pattern |= 1 << i;
          }
        }
        for (int i = 0; i < m; i++) {
          sums[key * columns.length + where[i]] += ofPattern[pattern * m + i];
        }
      }
    }

    private int indexOf(int column) {
      int at = 0;
      while (columns[at] != column) {
        at++;
      }
      return at;
    }

    /** What each feature adds by this leaf, for each pattern of satisfied features. */
    private static double[] patterns(double leaf, Path to) {
      int m = to.length();
      double[] values = new double[m * (1 << m)];
      double[] scratch = new double[m];
      for (int i = 0; i < m; i++) {
        int own = 1 << i;
        for (int pattern = 0; pattern < 1 << m; pattern++) {
          if ((pattern & own) == 0) {
            double share = leaf * ShapleyWalk.chance(to.unknown(), pattern, m, i, scratch);
            values[pattern * m + i] = -share * to.unknown()[i];
            values[(pattern | own) * m + i] = share * (1 - to.unknown()[i]);
          }
        }
      }
      return values;
    }
  }
}
