package dev.holdfast.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.activity.FeatureSchema;
import java.io.IOException;

/** Reading and writing of the JSON files of a model, with errors that name file and field. */
final class Json {

  static final ObjectMapper MAPPER = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private Json() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  static byte[] write(JsonNode node) {
    try {
      return MAPPER.writeValueAsBytes(node);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a tree of plain values can be written", impossible);
    }
  }

  static JsonNode read(String file, byte[] json) {
    try {
      return MAPPER.readTree(json);
    } catch (IOException malformed) {
      throw new BadModel(file + " is not JSON", malformed);
    }
  }

  static void requireSchema(String file, JsonNode root, FeatureSchema schema) {
    int version = root.path("schema").asInt(-1);
    if (version != schema.version()) {
      throw new BadModel(
          file
              + " was trained on feature schema "
              + version
              + ", this service computes schema "
              + schema.version()
              + "; retrain the model");
    }
  }

  static double number(JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (!value.isNumber() || !Double.isFinite(value.asDouble())) {
      throw new BadModel("field " + field + " must be a finite number, was " + value);
    }
    return value.asDouble();
  }

  static double[] numbers(JsonNode node, String field, int length) {
    double[] numbers = numbers(node, field);
    if (numbers.length != length) {
      throw new BadModel(
          "field " + field + " must have " + length + " numbers, had " + numbers.length);
    }
    return numbers;
  }

  static double[] numbers(JsonNode node, String field) {
    JsonNode array = node.path(field);
    double[] out = new double[array.size()];
    for (int i = 0; i < out.length; i++) {
      JsonNode value = array.get(i);
      if (!value.isNumber() || !Double.isFinite(value.asDouble())) {
        throw new BadModel("field " + field + " must have finite numbers only, had " + value);
      }
      out[i] = value.asDouble();
    }
    return out;
  }
}
