package dev.holdfast.training;

import dev.holdfast.activity.Feature;
import dev.holdfast.activity.FeatureSchema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * What is learnt from: one row for each customer as known at one cut-off, and what followed.
 * Features lie row after row in one array, as XGBoost takes them, so that a million rows cost no
 * object each. Immutable.
 */
final class Rows {

  private final FeatureSchema schema;
  private final long[] customer;
  private final Instant[] cutoff;
  private final float[] features;
  private final boolean[] churned;
  private final float[] weight;

  private Rows(
      FeatureSchema schema,
      long[] customer,
      Instant[] cutoff,
      float[] features,
      boolean[] churned,
      float[] weight) {
    this.schema = schema;
    this.customer = customer;
    this.cutoff = cutoff;
    this.features = features;
    this.churned = churned;
    this.weight = weight;
  }

  FeatureSchema schema() {
    return schema;
  }

  int size() {
    return customer.length;
  }

  /** Internal id; rows of one customer are not independent. */
  long customer(int row) {
    return customer[row];
  }

  /** The last instant known. */
  Instant cutoff(int row) {
    return cutoff[row];
  }

  /** Whether the customer churned in lead time and horizon. */
  boolean churned(int row) {
    return churned[row];
  }

  /** How many customers the row stands for, positive. */
  float weight(int row) {
    return weight[row];
  }

  /** One value. */
  float value(int row, int column) {
    return features[row * schema.size() + column];
  }

  /** The features of a row, copied. */
  float[] features(int row) {
    int columns = schema.size();
    return Arrays.copyOfRange(features, row * columns, (row + 1) * columns);
  }

  /** The features of a row, written into {@code out}. */
  void read(int row, float[] out) {
    System.arraycopy(features, row * out.length, out, 0, out.length);
  }

  /** All features, row after row; not to be changed. */
  float[] matrix() {
    return features;
  }

  /** All outcomes as 1 and 0. */
  float[] labels() {
    float[] labels = new float[churned.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = churned[i] ? 1 : 0;
    }
    return labels;
  }

  /** All weights; not to be changed. */
  float[] weights() {
    return weight;
  }

  /** True if every row stands for itself only. */
  boolean unweighted() {
    for (float w : weight) {
      if (w != 1) {
        return false;
      }
    }
    return true;
  }

  /** Share of weight that churned, in [0, 1]. */
  double churnRate() {
    double all = 0;
    double gone = 0;
    for (int i = 0; i < weight.length; i++) {
      all += weight[i];
      gone += churned[i] ? weight[i] : 0;
    }
    return all == 0 ? 0 : gone / all;
  }

  /** One column. */
  double[] column(int column) {
    double[] values = new double[size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(i, column);
    }
    return values;
  }

  /** The rows that are wanted, in the same order. */
  Rows where(IntPredicate wanted) {
    return pick(IntStream.range(0, size()).filter(wanted).toArray());
  }

  /** These rows, in this order. */
  Rows pick(int[] rows) {
    int columns = schema.size();
    float[] picked = new float[rows.length * columns];
    long[] customers = new long[rows.length];
    Instant[] cutoffs = new Instant[rows.length];
    boolean[] outcomes = new boolean[rows.length];
    float[] weights = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(features, rows[i] * columns, picked, i * columns, columns);
      customers[i] = customer[rows[i]];
      cutoffs[i] = cutoff[rows[i]];
      outcomes[i] = churned[rows[i]];
      weights[i] = weight[rows[i]];
    }
    return new Rows(schema, customers, cutoffs, picked, outcomes, weights);
  }

  /** The same rows with these columns only, named once each. */
  Rows only(List<String> names) {
    if (names.equals(schema.features().stream().map(Feature::name).toList())) {
      return this;
    }
    int[] from = names.stream().mapToInt(schema::indexOf).toArray();
    FeatureSchema smaller =
        FeatureSchema.of(
            schema.version(), Arrays.stream(from).mapToObj(schema.features()::get).toList());
    float[] chosen = new float[size() * from.length];
    for (int i = 0, at = 0; i < size(); i++) {
      int row = i * schema.size();
      for (int j : from) {
        chosen[at++] = features[row + j];
      }
    }
    return new Rows(smaller, customer, cutoff, chosen, churned, weight);
  }

  /** The same rows under a schema without directions. */
  Rows undirected() {
    return new Rows(schema.undirected(), customer, cutoff, features, churned, weight);
  }

  /** The same rows with other outcomes, one per row. */
  Rows withOutcomes(boolean[] outcomes) {
    if (outcomes.length != size()) {
      throw new IllegalArgumentException(
          "one outcome per row: " + size() + ", not " + outcomes.length);
    }
    return new Rows(schema, customer, cutoff, features, outcomes.clone(), weight);
  }

  /** Collects rows of a schema. */
  static Builder of(FeatureSchema schema) {
    return new Builder(schema);
  }

  /** Collects rows in blocks, so that growing copies nothing. */
  static final class Builder {

    private static final int BLOCK = 16_384;

    private final FeatureSchema schema;
    private final List<float[]> features = new ArrayList<>();
    private final List<long[]> customers = new ArrayList<>();
    private final List<Instant[]> cutoffs = new ArrayList<>();
    private final List<boolean[]> churned = new ArrayList<>();
    private final List<float[]> weights = new ArrayList<>();
    private int size;

    private Builder(FeatureSchema schema) {
      this.schema = schema;
    }

    int size() {
      return size;
    }

    /**
     * Adds a row.
     *
     * @param values as long as the schema, copied
     */
    void add(long customer, Instant cutoff, float[] values, boolean outcome, double weight) {
      int columns = schema.size();
      if (values.length != columns) {
        throw new IllegalArgumentException(
            "a row has " + columns + " features, not " + values.length);
      }
      int at = size % BLOCK;
      if (at == 0) {
        features.add(new float[BLOCK * columns]);
        customers.add(new long[BLOCK]);
        cutoffs.add(new Instant[BLOCK]);
        churned.add(new boolean[BLOCK]);
        weights.add(new float[BLOCK]);
      }
      int block = size / BLOCK;
      System.arraycopy(values, 0, features.get(block), at * columns, columns);
      customers.get(block)[at] = customer;
      cutoffs.get(block)[at] = cutoff;
      churned.get(block)[at] = outcome;
      weights.get(block)[at] = (float) weight;
      size++;
    }

    /** The rows; blocks are given up on the way, so that the peak is little above the rows. */
    Rows build() {
      int columns = schema.size();
      if ((long) size * columns > Integer.MAX_VALUE - 8) {
        throw new IllegalStateException(
            size
                + " rows of "
                + columns
                + " features are more than one machine takes here; sample customers, or export"
                + " the snapshots to a cluster");
      }
      float[] matrix = new float[size * columns];
      long[] who = new long[size];
      Instant[] when = new Instant[size];
      boolean[] outcome = new boolean[size];
      float[] weight = new float[size];
      for (int block = 0; block * BLOCK < size; block++) {
        int from = block * BLOCK;
        int rows = Math.min(BLOCK, size - from);
        System.arraycopy(features.get(block), 0, matrix, from * columns, rows * columns);
        features.set(block, new float[0]);
        System.arraycopy(customers.get(block), 0, who, from, rows);
        System.arraycopy(cutoffs.get(block), 0, when, from, rows);
        System.arraycopy(churned.get(block), 0, outcome, from, rows);
        System.arraycopy(weights.get(block), 0, weight, from, rows);
      }
      return new Rows(schema, who, when, matrix, outcome, weight);
    }
  }
}
