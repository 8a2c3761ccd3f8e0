package dev.holdfast.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.activity.Direction;
import dev.holdfast.activity.Feature;
import dev.holdfast.activity.FeatureSchema;

/**
 * The trees of a booster in flat arrays, read from XGBoost's JSON. Children come after their
 * parents; nothing changes after reading.
 */
final class Forest {

  private static final int DEEPEST = 64;

  final int features;
  final float base;
  final int[] roots;
  // Per node; a leaf has left = -1 and its value in split.
  final int[] left;
  final int[] right;
  final int[] feature;
  final float[] split;
  final boolean[] missingLeft;
  private final double[] cover;

  private Forest(int features, float base, int trees, int nodes) {
    this.features = features;
    this.base = base;
    this.roots = new int[trees];
    this.left = new int[nodes];
    this.right = new int[nodes];
    this.feature = new int[nodes];
    this.split = new float[nodes];
    this.missingLeft = new boolean[nodes];
    this.cover = new double[nodes];
  }

  /**
   * Reads a booster and checks each split against the direction of its feature.
   *
   * @throws BadModel if the JSON is no binary logistic booster over features of this schema, or if
   *     a tree goes against a direction
   */
  static Forest read(byte[] json, FeatureSchema schema) {
    JsonNode learner = Json.read("booster.json", json).path("learner");
    String objective = learner.path("objective").path("name").asText();
    if (!objective.equals("binary:logistic")) {
      throw new BadModel("booster.json: the objective must be binary:logistic, was " + objective);
    }
    JsonNode trees = learner.path("gradient_booster").path("model").path("trees");
    int[] columns = columns(learner.path("feature_names"), schema);
    int nodes = 0;
    for (JsonNode tree : trees) {
      nodes += tree.path("left_children").size();
    }
    if (nodes == 0) {
      throw new BadModel("booster.json has no trees");
    }
    Forest forest = new Forest(schema.size(), base(learner), trees.size(), nodes);
    int at = 0;
    for (int t = 0; t < trees.size(); t++) {
      forest.roots[t] = at;
      forest.readTree(trees.get(t), at, columns, t);
      forest.requireDirections(at, 0, t, schema);
      at += trees.get(t).path("left_children").size();
    }
    return forest;
  }

  /** The column of our schema for each column of the booster, which may name some of ours only. */
  private static int[] columns(JsonNode names, FeatureSchema schema) {
    int[] columns = new int[names.size()];
    boolean[] named = new boolean[schema.size()];
    for (int i = 0; i < columns.length; i++) {
      String name = names.get(i).asText();
      try {
        columns[i] = schema.indexOf(name);
      } catch (IllegalArgumentException unknown) {
        throw new BadModel("booster.json: " + unknown.getMessage(), unknown);
      }
      if (named[columns[i]]) {
        throw new BadModel("booster.json names the feature \"" + name + "\" twice");
      }
      named[columns[i]] = true;
    }
    return columns;
  }

  private static float base(JsonNode learner) {
    String text =
        learner.path("learner_model_param").path("base_score").asText().replaceAll("[\\[\\]]", "");
    float score;
    try {
      score = Float.parseFloat(text);
    } catch (NumberFormatException malformed) {
      throw new BadModel("booster.json: base_score must be a number, was " + text, malformed);
    }
    if (!(score > 0 && score < 1)) {
      throw new BadModel("booster.json: base_score must be within (0, 1), was " + score);
    }
    return (float) -Math.log(1.0f / score - 1.0f);
  }

  private void readTree(JsonNode tree, int at, int[] columns, int number) {
    JsonNode lefts = tree.path("left_children");
    JsonNode rights = tree.path("right_children");
    JsonNode indices = tree.path("split_indices");
    JsonNode conditions = tree.path("split_conditions");
    JsonNode defaults = tree.path("default_left");
    JsonNode covers = tree.path("sum_hessian");
    int size = lefts.size();
    boolean whole =
        size > 0
            && rights.size() == size
            && indices.size() == size
            && conditions.size() == size
            && defaults.size() == size
            && covers.size() == size;
    if (!whole) {
      throw new BadModel(
          "booster.json: the arrays of tree " + number + " are empty or differ in length");
    }
    for (int i = 0; i < size; i++) {
      int l = lefts.get(i).asInt();
      int r = rights.get(i).asInt();
      boolean leaf = l == -1;
      int column = indices.get(i).asInt();
      // Children after their parent: a damaged file cannot make a walk without end.
      boolean sound =
          leaf
              || (l > i && l < size && r > i && r < size && column >= 0 && column < columns.length);
      if (!sound) {
        throw new BadModel("booster.json: node " + i + " of tree " + number + " leads nowhere");
      }
      left[at + i] = leaf ? -1 : at + l;
      right[at + i] = leaf ? -1 : at + r;
      feature[at + i] = leaf ? 0 : columns[column];
      split[at + i] = (float) conditions.get(i).asDouble();
      missingLeft[at + i] = defaults.get(i).asInt() == 1;
      cover[at + i] = covers.get(i).asDouble();
      if (!Float.isFinite(split[at + i]) || !(cover[at + i] >= 0)) {
        throw new BadModel("booster.json: node " + i + " of tree " + number + " is not a number");
      }
    }
  }

  /** Lowest and highest leaf below a node, after the check that they respect the directions. */
  private float[] requireDirections(int node, int depth, int tree, FeatureSchema schema) {
    if (depth > DEEPEST) {
      throw new BadModel("booster.json: tree " + tree + " is deeper than " + DEEPEST);
    }
    if (isLeaf(node)) {
      return new float[] {split[node], split[node]};
    }
    float[] low = requireDirections(left[node], depth + 1, tree, schema);
    float[] high = requireDirections(right[node], depth + 1, tree, schema);
    Feature by = schema.features().get(feature[node]);
    boolean wrong =
        (by.direction() == Direction.RISING && low[1] > high[0])
            || (by.direction() == Direction.FALLING && low[0] < high[1]);
    if (wrong) {
      throw new BadModel(
          "booster.json: tree "
              + tree
              + " goes against the direction of "
              + by.name()
              + "; train it with monotone constraints");
    }
    return new float[] {Math.min(low[0], high[0]), Math.max(low[1], high[1])};
  }

  boolean isLeaf(int node) {
    return left[node] < 0;
  }

  /**
   * The margin of a row that starts at a place: leaves added in the order of the trees and in
   * single precision, as XGBoost does, so that margins are equal bit for bit.
   */
  float margin(float[] rows, int start) {
    float sum = base;
    for (int root : roots) {
      int node = root;
      while (!isLeaf(node)) {
        node = goesLeft(node, rows[start + feature[node]]) ? left[node] : right[node];
      }
      sum += split[node];
    }
    return sum;
  }

  /** Whether a row goes left; a missing value goes where the node says. */
  boolean goesLeft(int node, float[] row) {
    return goesLeft(node, row[feature[node]]);
  }

  private boolean goesLeft(int node, float value) {
    return Float.isNaN(value) ? missingLeft[node] : value < split[node];
  }

  /** The share of the training set at a node that went left. */
  double leftShare(int node) {
    double both = cover[left[node]] + cover[right[node]];
    return both > 0 ? cover[left[node]] / both : 0.5;
  }

  /** Mean margin of the training set. */
  double expected() {
    double sum = base;
    for (int root : roots) {
      sum += expected(root);
    }
    return sum;
  }

  private double expected(int node) {
    if (isLeaf(node)) {
      return split[node];
    }
    double share = leftShare(node);
    return share * expected(left[node]) + (1 - share) * expected(right[node]);
  }
}
