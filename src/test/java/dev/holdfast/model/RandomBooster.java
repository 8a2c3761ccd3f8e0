package dev.holdfast.model;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.activity.FeatureSchema;
import java.util.List;
import java.util.Random;

/** Boosters in XGBoost's JSON, with trees of random shape. */
final class RandomBooster {

  private final Random random;
  private final List<String> names;

  private RandomBooster(Random random, List<String> names) {
    this.random = random;
    this.names = names;
  }

  static byte[] json(Random random, List<String> names, int trees, int depth) {
    ObjectNode root = Json.object();
    ObjectNode learner = root.putObject("learner");
    learner.putObject("objective").put("name", "binary:logistic");
    learner.putObject("learner_model_param").put("base_score", "5E-1");
    names.forEach(learner.putArray("feature_names")::add);
    ArrayNode list = learner.putObject("gradient_booster").putObject("model").putArray("trees");
    RandomBooster booster = new RandomBooster(random, names);
    for (int t = 0; t < trees; t++) {
      booster.addTree(list.addObject(), depth);
    }
    return Json.write(root);
  }

  private void addTree(ObjectNode tree, int depth) {
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
    addNode(tree, depth, 1 + 99 * random.nextDouble());
  }

  private int addNode(ObjectNode tree, int depth, double cover) {
    ArrayNode lefts = tree.withArray("left_children");
    ArrayNode rights = tree.withArray("right_children");
    int node = lefts.size();
    boolean leaf = depth == 0 || random.nextInt(8) == 0;
    lefts.add(-1);
    rights.add(-1);
    tree.withArray("split_indices").add(leaf ? 0 : random.nextInt(names.size()));
    tree.withArray("split_conditions").add((float) random.nextGaussian());
    tree.withArray("default_left").add(random.nextInt(2));
    tree.withArray("sum_hessian").add(cover);
    if (!leaf) {
      double share = random.nextDouble();
      int left = addNode(tree, depth - 1, share * cover);
      int right = addNode(tree, depth - 1, (1 - share) * cover);
      lefts.set(node, lefts.numberNode(left));
      rights.set(node, rights.numberNode(right));
    }
    return node;
  }

  /** A row, a tenth of it missing. */
  static float[] row(Random random, FeatureSchema schema) {
    float[] row = new float[schema.size()];
    for (int i = 0; i < row.length; i++) {
      row[i] = random.nextInt(10) == 0 ? Float.NaN : (float) random.nextGaussian();
    }
    return row;
  }
}
