package dev.holdfast.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.Feature;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.activity.Features;
import dev.holdfast.model.ChurnModel;
import dev.holdfast.model.RegisteredModel;
import dev.holdfast.platform.SqlTime;
import dev.holdfast.scoring.CustomerState;
import dev.holdfast.scoring.CustomerStates;
import dev.holdfast.scoring.Scorer;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Takes the day's snapshot: a seeded sample of the customers whom the champion may be asked about,
 * each with its risk as of the instant up to which its silence is known, by the champion and by the
 * models in shadow. In the caller's transaction, so that a snapshot is there as a whole or not at
 * all.
 */
@ApplicationScoped
class Snapshots {

  private static final int PAGE = 512;
  private static final double HASHES = 4294967296.0;

  private final DataSource database;
  private final CustomerStates states;
  private final WatchedScores watched;
  private final MonitoringConfig config;

  Snapshots(
      DataSource database, CustomerStates states, WatchedScores watched, MonitoringConfig config) {
    this.database = database;
    this.states = states;
    this.watched = watched;
    this.config = config;
  }

  /** A model as monitoring knows it: with what its files say. */
  record Known(RegisteredModel registered, JsonNode metrics) {

    ChurnModel model() {
      return registered.model();
    }

    int id() {
      return registered.id();
    }

    /** Days between the instant of a risk and the start of its horizon; 0 unless the files say. */
    Duration leadTime() {
      JsonNode lead = metrics.path("experiment").path("leadTime");
      return lead.isNumber()
          ? Duration.ofSeconds(lead.asLong())
          : lead.isTextual() ? Duration.parse(lead.asText()) : Duration.ZERO;
    }
  }

  /** One customer read for the snapshot, with the features that a model sees. */
  private record Sampled(WatchedScores.Watching watching, ActivityState activity) {}

  /** True if the day of {@code now} has its snapshot. */
  boolean taken(Instant now) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement("SELECT 1 FROM monitoring_snapshot WHERE day = ?")) {
      select.setObject(1, day(now));
      try (ResultSet row = select.executeQuery()) {
        return row.next();
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read the snapshots", failure);
    }
  }

  private static LocalDate day(Instant now) {
    return LocalDate.ofInstant(now, ZoneOffset.UTC);
  }

  /**
   * Takes the snapshot of the day of {@code now}.
   *
   * @param shadows the models scored in shadow
   * @param complete how far each source is complete, by source id
   * @return how many customers are watched
   */
  int take(Known champion, List<Known> shadows, Map<Integer, Instant> complete, Instant now) {
    try {
      long population = population();
      List<Sampled> sample = sample(champion, complete, now, population);
      int id = insert(champion.id(), now, population, sample.size());
      List<WatchedScores.Watching> rows = sample.stream().map(Sampled::watching).toList();
      watched.add(id, rows);
      distribute(id, champion, sample, now);
      for (Known shadow : shadows) {
        List<Double> risks = distribute(id, shadow, sample, now);
        watched.addShadows(id, shadow.id(), rows, risks);
      }
      return sample.size();
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot take the snapshot of " + day(now), failure);
    }
  }

  private long population() throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement count =
            connection.prepareStatement("SELECT COUNT(*) FROM customer_state");
        ResultSet row = count.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  private List<Sampled> sample(
      Known champion, Map<Integer, Instant> complete, Instant now, long population)
      throws SQLException {
    List<Sampled> sample = new ArrayList<>();
    List<Long> ids = ids(population, now);
    for (int from = 0; from < ids.size() && sample.size() < config.sample(); from += PAGE) {
      List<Long> page = ids.subList(from, Math.min(ids.size(), from + PAGE));
      Map<Long, CustomerState> read = states.read(page);
      for (long id : page) {
        CustomerState state = read.get(id);
        if (state != null && sample.size() < config.sample()) {
          add(state, champion, complete, now, sample);
        }
      }
    }
    return sample;
  }

  /**
   * Customers drawn by a hash of seed, day and customer; another draw each day. Twice as many as
   * asked for, since not all can be asked about; the surplus is left.
   */
  private List<Long> ids(long population, Instant now) throws SQLException {
    boolean drawn = population > config.sample();
    double share = 2.0 * config.sample() / Math.max(1, population);
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT customer_id FROM customer_state"
                    + (drawn
                        ? " WHERE CRC32(CONCAT(?, ':', customer_id)) <= ?"
                            + " ORDER BY CRC32(CONCAT(?, ':', customer_id)), customer_id"
                        : " ORDER BY customer_id"))) {
      if (drawn) {
        String salt = config.seed() + ":" + day(now);
        select.setString(1, salt);
        select.setDouble(2, share * HASHES);
        select.setString(3, salt);
      }
      List<Long> ids = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          ids.add(row.getLong(1));
        }
      }
      return ids;
    }
  }

  private static void add(
      CustomerState state,
      Known champion,
      Map<Integer, Instant> complete,
      Instant now,
      List<Sampled> sample) {
    ActivityState activity = state.activity();
    if (activity.usageOccasions() == 0 || activity.closed()) {
      return;
    }
    Integer source = state.sourceId();
    Instant asOf =
        Scorer.silenceCountedUpTo(activity, source == null ? null : complete.get(source), now)
            .truncatedTo(ChronoUnit.MICROS);
    ChurnModel model = champion.model();
    if (!model.priors().churn().eligible(activity, asOf)) {
      return;
    }
    Instant end =
        asOf.plus(champion.leadTime())
            .plusSeconds(Math.round(model.priors().horizonDays(activity) * Watched.DAY_SECONDS));
    sample.add(
        new Sampled(
            new WatchedScores.Watching(
                state.customerId(),
                source,
                asOf,
                end,
                model.risk(activity, asOf),
                activity.idleDays(asOf),
                Looked.firstDue(model.priors().churn(), asOf, end)),
            activity));
  }

  private int insert(int modelId, Instant now, long population, int monitored) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO monitoring_snapshot (day, taken_at, model_id, population, monitored)"
                    + " VALUES (?,?,?,?,?) RETURNING id")) {
      insert.setObject(1, day(now));
      SqlTime.set(insert, 2, now);
      insert.setInt(3, modelId);
      insert.setLong(4, population);
      insert.setInt(5, monitored);
      try (ResultSet row = insert.executeQuery()) {
        row.next();
        return row.getInt(1);
      }
    }
  }

  /** Counts the sample into the groups of the model's reference, and returns the model's risks. */
  private List<Double> distribute(int snapshotId, Known known, List<Sampled> sample, Instant now)
      throws SQLException {
    List<Feature> features = FeatureSchema.current().features();
    double[][] values = new double[features.size()][sample.size()];
    double[] risks = new double[sample.size()];
    float[] row = new float[features.size()];
    for (int i = 0; i < risks.length; i++) {
      Sampled one = sample.get(i);
      Features.read(one.activity(), one.watching().asOf(), known.model().priors(), row);
      risks[i] = known.model().probability(row);
      for (int f = 0; f < row.length; f++) {
        values[f][i] = row[f];
      }
    }
    List<Double> all = new ArrayList<>();
    for (double risk : risks) {
      all.add(risk);
    }
    if (risks.length == 0) {
      return all;
    }
    Map<String, double[]> byName = new LinkedHashMap<>();
    for (int f = 0; f < values.length; f++) {
      byName.put(features.get(f).name(), values[f]);
    }
    Reference reference = reference(known);
    if (reference == null && risks.length >= Judge.FEWEST) {
      reference = keepAsReference(known.id(), risks, byName, now);
    }
    if (reference != null) {
      store(snapshotId, known.id(), count(reference, risks, byName));
    }
    return all;
  }

  private static Counts count(Reference reference, double[] risks, Map<String, double[]> byName) {
    Counts counts = Counts.none(reference);
    for (double risk : risks) {
      counts.risk()[reference.risk().of(risk)]++;
    }
    Map<String, long[]> features = new TreeMap<>(counts.features());
    reference
        .features()
        .forEach(
            (name, groups) -> {
              double[] now = byName.get(name);
              long[] of = features.get(name);
              if (now == null || of == null) {
                // Of a feature that is no longer computed nothing can be said.
                features.remove(name);
                return;
              }
              for (double value : now) {
                of[groups.of(value)]++;
              }
            });
    return new Counts(risks.length, counts.risk(), features);
  }

  /** What a model is compared with; null until there is something. */
  @Nullable Reference reference(Known known) throws SQLException {
    Reference inMetrics = Reference.inMetrics(known.metrics()).orElse(null);
    if (inMetrics != null) {
      return inMetrics;
    }
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT content FROM monitoring_reference WHERE model_id = ?")) {
      select.setInt(1, known.id());
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? Reference.ofStored(row.getString(1)) : null;
      }
    }
  }

  private Reference keepAsReference(
      int modelId, double[] risks, Map<String, double[]> byName, Instant now) throws SQLException {
    Map<String, Groups> features = new HashMap<>();
    byName.forEach((name, values) -> features.put(name, Groups.of(values)));
    Reference reference = new Reference(Groups.of(risks), features, false);
    try (Connection connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO monitoring_reference (model_id, made_at, content) VALUES (?,?,?)")) {
      insert.setInt(1, modelId);
      SqlTime.set(insert, 2, now);
      insert.setString(3, reference.toJson());
      insert.executeUpdate();
    }
    return reference;
  }

  private void store(int snapshotId, int modelId, Counts counts) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO monitored_distribution (snapshot_id, model_id, counts)"
                    + " VALUES (?,?,?)")) {
      insert.setInt(1, snapshotId);
      insert.setInt(2, modelId);
      insert.setString(3, counts.toJson());
      insert.executeUpdate();
    }
  }

  /** The counts of a model since an instant, all days together. */
  Counts countsSince(int modelId, Instant from) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT d.counts FROM monitoring_snapshot s JOIN monitored_distribution d"
                    + " ON d.snapshot_id = s.id WHERE d.model_id = ? AND s.taken_at > ?")) {
      select.setInt(1, modelId);
      SqlTime.set(select, 2, from);
      List<Counts> days = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          days.add(Counts.ofJson(row.getString(1)));
        }
      }
      return Counts.together(days);
    }
  }

  /** Forgets the snapshots taken before an instant. */
  void prune(Instant before) throws SQLException {
    try (Connection connection = database.getConnection()) {
      for (String table : List.of("monitored_score", "shadow_score", "monitored_distribution")) {
        try (PreparedStatement delete =
            connection.prepareStatement(
                "DELETE t FROM "
                    + table
                    + " t JOIN monitoring_snapshot s ON s.id = t.snapshot_id"
                    + " WHERE s.taken_at < ?")) {
          SqlTime.set(delete, 1, before);
          delete.executeUpdate();
        }
      }
      try (PreparedStatement delete =
          connection.prepareStatement("DELETE FROM monitoring_snapshot WHERE taken_at < ?")) {
        SqlTime.set(delete, 1, before);
        delete.executeUpdate();
      }
    }
  }
}
