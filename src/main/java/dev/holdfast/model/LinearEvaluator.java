package dev.holdfast.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.activity.Feature;
import dev.holdfast.activity.FeatureSchema;
import java.util.List;

/**
 * A logistic regression on standardised features, read from {@code weights.json}. A feature that is
 * NaN is missing and says no more than the mean does; what we compute of events is never missing.
 */
final class LinearEvaluator implements Evaluator {

  private final double bias;
  private final double[] mean;
  private final double[] scale;
  private final double[] weight;

  private LinearEvaluator(double bias, double[] mean, double[] scale, double[] weight) {
    this.bias = bias;
    this.mean = mean;
    this.scale = scale;
    this.weight = weight;
  }

  /**
   * Reads the weights and checks each against the direction of its feature.
   *
   * @throws BadModel if a value is missing, not finite, or has the wrong sign
   */
  static LinearEvaluator read(byte[] json, FeatureSchema schema) {
    JsonNode root = Json.read("weights.json", json);
    Json.requireSchema("weights.json", root, schema);
    double bias = Json.number(root, "bias");
    double[] mean = Json.numbers(root, "mean", schema.size());
    double[] scale = Json.numbers(root, "scale", schema.size());
    double[] weight = Json.numbers(root, "weight", schema.size());
    List<Feature> features = schema.features();
    for (int i = 0; i < weight.length; i++) {
      boolean wrongSign =
          switch (features.get(i).direction()) {
            case RISING -> weight[i] < 0;
            case FALLING -> weight[i] > 0;
            case FROZEN -> false;
          };
      if (wrongSign || !(scale[i] > 0)) {
        throw new BadModel(
            "weights.json: feature "
                + features.get(i).name()
                + " has weight "
                + weight[i]
                + " and scale "
                + scale[i]
                + ", against its direction "
                + features.get(i).direction());
      }
    }
    return new LinearEvaluator(bias, mean, scale, weight);
  }

  @Override
  public double margin(float[] features) {
    return margin(features, 0);
  }

  @Override
  public void margins(float[] rows, int count, double[] margins) {
    RowBlock.requireRoom(rows, weight.length, count, margins);
    for (int i = 0; i < count; i++) {
      margins[i] = margin(rows, i * weight.length);
    }
  }

  private double margin(float[] rows, int start) {
    // Each term is monotone in its feature and so is a left-to-right sum of them, rounding
    // included.
    double sum = bias;
    for (int i = 0; i < weight.length; i++) {
      sum += term(i, rows[start + i]);
    }
    return sum;
  }

  @Override
  public double[] contributions(float[] features) {
    double[] out = new double[weight.length + 1];
    for (int i = 0; i < weight.length; i++) {
      out[i] = term(i, features[i]);
    }
    out[weight.length] = bias;
    return out;
  }

  int columns() {
    return weight.length;
  }

  double bias() {
    return bias;
  }

  /** What a value of a feature adds to the margin. */
  double term(int i, float x) {
    return Float.isNaN(x) ? 0 : weight[i] * ((x - mean[i]) / scale[i]);
  }
}
