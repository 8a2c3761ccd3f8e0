package dev.holdfast.training;

import dev.holdfast.activity.Feature;
import dev.holdfast.activity.FeatureSchema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * What is learnt from: one row for each customer as known at one cut-off, and what followed.
 * Features lie row after row in blocks, so that a million rows cost no object each and collecting
 * them copies nothing. Immutable.
 */
final class Rows {

  private static final int BLOCK_BITS = 10;
  // Small enough for the collector to move: larger arrays would each waste part of a heap region.
  private static final int BLOCK = 1 << BLOCK_BITS;

  private final FeatureSchema schema;
  private final long[] customer;
  private final Instant[] cutoff;
  // Blocks of 1,024 rows, the last one shorter.
  private final float[][] features;
  private final boolean[] churned;
  private final float[] weight;

  private Rows(
      FeatureSchema schema,
      long[] customer,
      Instant[] cutoff,
      float[][] features,
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
    return features[row >> BLOCK_BITS][at(row, schema.size()) + column];
  }

  /** The features of a row, copied. */
  float[] features(int row) {
    float[] copy = new float[schema.size()];
    read(row, copy);
    return copy;
  }

  /** The features of a row, written into {@code out}. */
  void read(int row, float[] out) {
    System.arraycopy(features[row >> BLOCK_BITS], at(row, out.length), out, 0, out.length);
  }

  /** Where a row starts in its block. */
  private static int at(int row, int columns) {
    return (row & (BLOCK - 1)) * columns;
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
    Builder picked = of(schema);
    float[] values = new float[schema.size()];
    for (int row : rows) {
      read(row, values);
      picked.add(customer[row], cutoff[row], values, churned[row], weight[row]);
    }
    return picked.build();
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
    float[][] chosen = new float[features.length][];
    for (int block = 0; block < chosen.length; block++) {
      float[] all = features[block];
      chosen[block] = new float[all.length / schema.size() * from.length];
      for (int row = 0, at = 0; row < all.length; row += schema.size()) {
        for (int j : from) {
          chosen[block][at++] = all[row + j];
        }
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

    private final FeatureSchema schema;
    private final List<float[]> features = new ArrayList<>();
    private final List<long[]> customers = new ArrayList<>();
    private final List<Instant[]> cutoffs = new ArrayList<>();
    private final List<boolean[]> churned = new ArrayList<>();
    private final List<float[]> weights = new ArrayList<>();
    // Cut-offs are few days, each the same for many customers.
    private final Map<Instant, Instant> days = new HashMap<>();
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
      cutoffs.get(block)[at] = days.computeIfAbsent(cutoff, same -> same);
      churned.get(block)[at] = outcome;
      weights.get(block)[at] = (float) weight;
      size++;
    }

    /** The rows; the builder is not to be used again. */
    Rows build() {
      int columns = schema.size();
      int last = features.size() - 1;
      if (last >= 0) {
        features.set(last, Arrays.copyOf(features.get(last), (size - last * BLOCK) * columns));
      }
      long[] who = new long[size];
      Instant[] when = new Instant[size];
      boolean[] outcome = new boolean[size];
      float[] weight = new float[size];
      for (int block = 0; block * BLOCK < size; block++) {
        int from = block * BLOCK;
        int rows = Math.min(BLOCK, size - from);
        System.arraycopy(customers.get(block), 0, who, from, rows);
        System.arraycopy(cutoffs.get(block), 0, when, from, rows);
        System.arraycopy(churned.get(block), 0, outcome, from, rows);
        System.arraycopy(weights.get(block), 0, weight, from, rows);
      }
      return new Rows(schema, who, when, features.toArray(new float[0][]), outcome, weight);
    }
  }
}
