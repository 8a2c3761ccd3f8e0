package dev.holdfast.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.activity.Direction;
import dev.holdfast.activity.Feature;
import dev.holdfast.activity.FeatureSchema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Gradient-boosted trees read from XGBoost's JSON into flat arrays. Adds the leaves in tree order
 * in single precision, as XGBoost does, so that margins are equal bit for bit.
 */
final class BoosterEvaluator implements Evaluator {

  private static final int DEEPEST = 64;

  private final FeatureSchema schema;
  private final float base;
  private final int[] roots;
  // Per node; a leaf has left = -1 and its value in split.
  private final int[] left;
  private final int[] right;
  private final int[] feature;
  private final float[] split;
  private final boolean[] missingLeft;
  private final double[] cover;
  private final double expected;

  private BoosterEvaluator(FeatureSchema schema, float base, int trees, int nodes) {
    this.schema = schema;
    this.base = base;
    this.roots = new int[trees];
    this.left = new int[nodes];
    this.right = new int[nodes];
    this.feature = new int[nodes];
    this.split = new float[nodes];
    this.missingLeft = new boolean[nodes];
    this.cover = new double[nodes];
    this.expected = 0;
  }

  private BoosterEvaluator(BoosterEvaluator read, double expected) {
    this.schema = read.schema;
    this.base = read.base;
    this.roots = read.roots;
    this.left = read.left;
    this.right = read.right;
    this.feature = read.feature;
    this.split = read.split;
    this.missingLeft = read.missingLeft;
    this.cover = read.cover;
    this.expected = expected;
  }

  /**
   * Reads a booster and checks each split against the direction of its feature.
   *
   * @throws BadModel if the JSON is no binary logistic booster over this schema, or if a tree goes
   *     against a direction
   */
  static BoosterEvaluator read(byte[] json, FeatureSchema schema) {
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
    BoosterEvaluator evaluator = new BoosterEvaluator(schema, base(learner), trees.size(), nodes);
    int at = 0;
    double expected = evaluator.base;
    for (int t = 0; t < trees.size(); t++) {
      evaluator.roots[t] = at;
      evaluator.readTree(trees.get(t), at, columns, t);
      evaluator.requireDirections(at, 0, t);
      expected += evaluator.expected(at);
      at += trees.get(t).path("left_children").size();
    }
    return new BoosterEvaluator(evaluator, expected);
  }

  /** The column of our schema for each column of the booster. */
  private static int[] columns(JsonNode names, FeatureSchema schema) {
    int[] columns = new int[names.size()];
    for (int i = 0; i < columns.length; i++) {
      try {
        columns[i] = schema.indexOf(names.get(i).asText());
      } catch (IllegalArgumentException unknown) {
        throw new BadModel("booster.json: " + unknown.getMessage(), unknown);
      }
    }
    if (columns.length != schema.size()) {
      throw new BadModel(
          "booster.json must name its " + schema.size() + " features, named " + columns.length);
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
        rights.size() == size
            && indices.size() == size
            && conditions.size() == size
            && defaults.size() == size
            && covers.size() == size;
    if (!whole) {
      throw new BadModel("booster.json: the arrays of tree " + number + " differ in length");
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
    }
  }

  /** Lowest and highest leaf below a node, after the check that they respect the directions. */
  private float[] requireDirections(int node, int depth, int tree) {
    if (depth > DEEPEST) {
      throw new BadModel("booster.json: tree " + tree + " is deeper than " + DEEPEST);
    }
    if (left[node] < 0) {
      return new float[] {split[node], split[node]};
    }
    float[] low = requireDirections(left[node], depth + 1, tree);
    float[] high = requireDirections(right[node], depth + 1, tree);
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

  private double expected(int node) {
    if (left[node] < 0) {
      return split[node];
    }
    double share = leftShare(node);
    return share * expected(left[node]) + (1 - share) * expected(right[node]);
  }

  private double leftShare(int node) {
    double both = cover[left[node]] + cover[right[node]];
    return both > 0 ? cover[left[node]] / both : 0.5;
  }

  private boolean goesLeft(int node, float[] features) {
    float value = features[feature[node]];
    return Float.isNaN(value) ? missingLeft[node] : value < split[node];
  }

  @Override
  public double margin(float[] features) {
    float sum = base;
    for (int root : roots) {
      int node = root;
      while (left[node] >= 0) {
        node = goesLeft(node, features) ? left[node] : right[node];
      }
      sum += split[node];
    }
    return sum;
  }

  /**
   * Exact Shapley values under the trees' own distribution (Lundberg and others 2018, path
   * dependent), leaf by leaf: along the path to a leaf each distinct feature has the share of the
   * training set that would pass without knowing it, and 1 or 0 for the customer.
   */
  @Override
  public double[] contributions(float[] features) {
    double[] out = new double[schema.size() + 1];
    for (int root : roots) {
      descend(root, features, new HashMap<>(), out);
    }
    out[schema.size()] = expected;
    return out;
  }

  private record Passing(double unknown, boolean known) {}

  private void descend(int node, float[] features, Map<Integer, Passing> path, double[] out) {
    if (left[node] < 0) {
      shareOut(split[node], path, out);
      return;
    }
    double share = leftShare(node);
    boolean goesLeft = goesLeft(node, features);
    Integer by = feature[node];
    Passing before = path.getOrDefault(by, new Passing(1, true));
    path.put(by, new Passing(before.unknown() * share, before.known() && goesLeft));
    descend(left[node], features, path, out);
    path.put(by, new Passing(before.unknown() * (1 - share), before.known() && !goesLeft));
    descend(right[node], features, path, out);
    if (before.unknown() == 1 && before.known()) {
      path.remove(by);
    } else {
      path.put(by, before);
    }
  }

  /** Adds one leaf's part: the weighted sum over all coalitions of the path's other features. */
  private static void shareOut(double leaf, Map<Integer, Passing> path, double[] out) {
    int m = path.size();
    List<Map.Entry<Integer, Passing>> features = List.copyOf(path.entrySet());
    for (int i = 0; i < m; i++) {
      Passing own = features.get(i).getValue();
      double difference = (own.known() ? 1 : 0) - own.unknown();
      if (difference == 0) {
        continue;
      }
      // bySize[k]: sum over coalitions of k other features of the chance to reach this leaf.
      double[] bySize = new double[m];
      bySize[0] = 1;
      int others = 0;
      for (int j = 0; j < m; j++) {
        if (j == i) {
          continue;
        }
        Passing other = features.get(j).getValue();
        others++;
        for (int k = others; k >= 0; k--) {
          double without = k < m ? bySize[k] * other.unknown() : 0;
          double with = k > 0 && other.known() ? bySize[k - 1] : 0;
          if (k < m) {
            bySize[k] = without + with;
          }
        }
      }
      double sum = 0;
      // k! (m-1-k)! / m! for k = 0, 1, ...
      double weight = 1.0 / m;
      for (int k = 0; k < m; k++) {
        sum += weight * bySize[k];
        weight *= (k + 1.0) / Math.max(1, m - 1 - k);
      }
      out[features.get(i).getKey()] += leaf * difference * sum;
    }
  }
}
