package dev.holdfast.monitoring;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How many watched customers were in each group of a {@link Reference}.
 *
 * @param customers how many different customers, at least
 * @param risk ten counts
 * @param features ten counts each, by name
 */
record Counts(long customers, long[] risk, Map<String, long[]> features) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** No customer yet, with room for the features of the reference. */
  static Counts none(Reference reference) {
    Map<String, long[]> features = new TreeMap<>();
    reference.features().keySet().forEach(name -> features.put(name, new long[Groups.COUNT]));
    return new Counts(0, new long[Groups.COUNT], features);
  }

  /**
   * The counts of several days together. A customer may be in each of them, so no more are counted
   * than on the fullest day.
   */
  static Counts together(List<Counts> days) {
    long customers = 0;
    long[] risk = new long[Groups.COUNT];
    Map<String, long[]> features = new TreeMap<>();
    for (Counts day : days) {
      customers = Math.max(customers, day.customers);
      add(risk, day.risk);
      day.features.forEach(
          (name, counts) ->
              add(features.computeIfAbsent(name, n -> new long[Groups.COUNT]), counts));
    }
    return new Counts(customers, risk, features);
  }

  private static void add(long[] to, long[] counts) {
    for (int g = 0; g < to.length; g++) {
      to[g] += counts[g];
    }
  }

  String toJson() {
    ObjectNode root = JSON.createObjectNode();
    root.put("customers", customers);
    for (long count : risk) {
      root.withArray("risk").add(count);
    }
    ObjectNode all = root.putObject("features");
    features.forEach(
        (name, counts) -> {
          for (long count : counts) {
            all.withArray(name).add(count);
          }
        });
    return root.toString();
  }

  static Counts ofJson(String json) {
    try {
      JsonNode root = JSON.readTree(json);
      Map<String, long[]> features = new TreeMap<>();
      root.path("features").properties().forEach(e -> features.put(e.getKey(), ten(e.getValue())));
      return new Counts(root.path("customers").asLong(), ten(root.path("risk")), features);
    } catch (JsonProcessingException damaged) {
      throw new IllegalStateException("stored counts cannot be read", damaged);
    }
  }

  private static long[] ten(JsonNode array) {
    long[] counts = new long[Groups.COUNT];
    for (int g = 0; g < counts.length; g++) {
      counts[g] = array.path(g).asLong();
    }
    return counts;
  }
}
