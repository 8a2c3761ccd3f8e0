package dev.holdfast.monitoring;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a model's features and risk looked like where it was made. In a version's {@code
 * metrics.json} it is the field {@code reference}: {@code {"risk": {"edges": [9], "shares": [10]},
 * "features": {NAME: {"edges": [9], "shares": [10]}}}}.
 *
 * @param risk of the model's risk
 * @param features by name
 * @param fromTraining true if it came with the model; false if it is the first snapshot after
 *     promotion, which cannot see what had changed by then
 */
record Reference(Groups risk, Map<String, Groups> features, boolean fromTraining) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The reference in a model's {@code metrics.json}; empty if there is none. */
  static Optional<Reference> inMetrics(JsonNode metrics) {
    JsonNode reference = metrics.path("reference");
    return complete(reference.path("risk")) ? Optional.of(of(reference, true)) : Optional.empty();
  }

  /** Reads the form that {@link #toJson} writes. */
  static Reference ofStored(String json) {
    try {
      return of(JSON.readTree(json), false);
    } catch (JsonProcessingException damaged) {
      throw new IllegalStateException("a stored reference cannot be read", damaged);
    }
  }

  private static Reference of(JsonNode node, boolean fromTraining) {
    Map<String, Groups> features = new TreeMap<>();
    for (Map.Entry<String, JsonNode> feature : node.path("features").properties()) {
      // Of a feature without all its groups nothing can be said; of the others it can.
      if (complete(feature.getValue())) {
        features.put(feature.getKey(), groups(feature.getValue()));
      }
    }
    return new Reference(groups(node.path("risk")), features, fromTraining);
  }

  private static boolean complete(JsonNode groups) {
    return groups.path("edges").size() == Groups.COUNT - 1
        && groups.path("shares").size() == Groups.COUNT;
  }

  private static Groups groups(JsonNode node) {
    return new Groups(numbers(node.path("edges")), numbers(node.path("shares")));
  }

  private static double[] numbers(JsonNode array) {
    double[] numbers = new double[array.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = array.get(i).asDouble();
    }
    return numbers;
  }

  String toJson() {
    ObjectNode root = JSON.createObjectNode();
    write(root.putObject("risk"), risk);
    ObjectNode all = root.putObject("features");
    new TreeMap<>(features).forEach((name, groups) -> write(all.putObject(name), groups));
    return root.toString();
  }

  private static void write(ObjectNode node, Groups groups) {
    for (double edge : groups.edges()) {
      node.withArray("edges").add(edge);
    }
    for (double share : groups.shares()) {
      node.withArray("shares").add(share);
    }
  }
}
