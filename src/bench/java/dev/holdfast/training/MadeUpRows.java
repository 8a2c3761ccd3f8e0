package dev.holdfast.training;

import dev.holdfast.activity.Direction;
import dev.holdfast.activity.Feature;
import dev.holdfast.activity.FeatureSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * Rows with a signal: normal features, of which a third raise the risk, a third lower it and a
 * third do neither, and an interaction. The same seed gives the same rows, one at a time.
 */
final class MadeUpRows {

  private final SplittableRandom random;
  private final float[] row;

  MadeUpRows(int columns, long seed) {
    this.random = new SplittableRandom(seed);
    this.row = new float[columns];
  }

  /** Makes the next row; the array is used again. */
  float[] next() {
    for (int j = 0; j < row.length; j++) {
      row[j] = (float) random.nextGaussian();
    }
    return row;
  }

  /** The outcome of the row made last. */
  boolean churned() {
    double z = row[0] * row[1] / 2 - 0.5;
    for (int j = 0; j < row.length; j++) {
      z += sign(j) * row[j] / Math.sqrt(row.length) * (1 + j % 4) / 2;
    }
    return random.nextDouble() < 1 / (1 + Math.exp(-z));
  }

  private static int sign(int column) {
    return column % 3 - 1;
  }

  /** One name per column, in the order of their letters or in a random one. */
  static FeatureSchema schema(int columns, boolean sorted) {
    List<String> names = new ArrayList<>();
    for (int j = 0; j < columns; j++) {
      names.add(String.format("f%03d", j));
    }
    if (!sorted) {
      Collections.shuffle(names, new Random(7));
    }
    List<Feature> features = new ArrayList<>();
    for (int j = 0; j < columns; j++) {
      features.add(new Feature(names.get(j), "-", "made up", direction(j), "made up"));
    }
    return FeatureSchema.of(1, features);
  }

  private static Direction direction(int column) {
    // The two columns of the interaction are free.
    return column < 2 || sign(column) == 0
        ? Direction.FROZEN
        : sign(column) > 0 ? Direction.RISING : Direction.FALLING;
  }

  /** Rows as training takes them. */
  static Rows rows(int n, FeatureSchema schema, long seed) {
    MadeUpRows made = new MadeUpRows(schema.size(), seed);
    Rows.Builder rows = Rows.of(schema);
    java.time.Instant cutoff = java.time.Instant.parse("2026-01-01T00:00:00Z");
    for (int i = 0; i < n; i++) {
      rows.add(i + 1, cutoff, made.next(), made.churned(), 1);
    }
    return rows.build();
  }

  /** Median of a few figures. */
  static double median(List<Double> figures) {
    double[] sorted = figures.stream().mapToDouble(x -> x).toArray();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
