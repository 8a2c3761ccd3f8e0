package dev.holdfast.model;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.activity.Feature;
import dev.holdfast.activity.FeatureSchema;
import java.util.List;
import java.util.Random;

/**
 * Boosters over the features of events whose random trees respect every direction. They split at
 * values that occur, so that a customer's silence passes many of them.
 */
public final class DirectedBooster {

  private static final FeatureSchema SCHEMA = FeatureSchema.current();

  private final Random random;
  private final List<float[]> rows;

  private DirectedBooster(Random random, List<float[]> rows) {
    this.random = random;
    this.rows = rows;
  }

  /**
   * The booster as XGBoost's JSON.
   *
   * @param rows whose values become thresholds
   * @param most how much a tree can add to the log-odds or take away
   */
  public static byte[] json(Random random, List<float[]> rows, int trees, int depth, double most) {
    ObjectNode root = Json.object();
    ObjectNode learner = root.putObject("learner");
    learner.putObject("objective").put("name", "binary:logistic");
    learner.putObject("learner_model_param").put("base_score", "5E-1");
    ArrayNode names = learner.putArray("feature_names");
    SCHEMA.features().stream().map(Feature::name).forEach(names::add);
    ArrayNode list = learner.putObject("gradient_booster").putObject("model").putArray("trees");
    DirectedBooster booster = new DirectedBooster(random, rows);
    for (int t = 0; t < trees; t++) {
      ObjectNode tree = list.addObject();
      for (String array :
          List.of(
              "left_children",
              "right_children",
              "split_indices",
              "split_conditions",
              "default_left",
              "sum_hessian")) {
        tree.putArray(array);
      }
      booster.addNode(tree, depth, -most, most);
    }
    return Json.write(root);
  }

  private int addNode(ObjectNode tree, int depth, double low, double high) {
    ArrayNode lefts = tree.withArray("left_children");
    ArrayNode rights = tree.withArray("right_children");
    int node = lefts.size();
    boolean leaf = depth == 0 || random.nextInt(30) == 0;
    int column = random.nextInt(SCHEMA.size());
    float value =
        leaf
            ? (float) (low + (high - low) * random.nextDouble())
            : rows.get(random.nextInt(rows.size()))[column];
    lefts.add(-1);
    rights.add(-1);
    tree.withArray("split_indices").add(leaf ? 0 : column);
    tree.withArray("split_conditions").add(value);
    tree.withArray("default_left").add(random.nextInt(2));
    tree.withArray("sum_hessian").add(1.0);
    if (!leaf) {
      double middle = (float) (low + (high - low) * (0.3 + 0.4 * random.nextDouble()));
      switch (SCHEMA.features().get(column).direction()) {
        case RISING -> {
          lefts.set(node, lefts.numberNode(addNode(tree, depth - 1, low, middle)));
          rights.set(node, rights.numberNode(addNode(tree, depth - 1, middle, high)));
        }
        case FALLING -> {
          lefts.set(node, lefts.numberNode(addNode(tree, depth - 1, middle, high)));
          rights.set(node, rights.numberNode(addNode(tree, depth - 1, low, middle)));
        }
        case FROZEN -> {
          lefts.set(node, lefts.numberNode(addNode(tree, depth - 1, low, high)));
          rights.set(node, rights.numberNode(addNode(tree, depth - 1, low, high)));
        }
      }
    }
    return node;
  }
}
