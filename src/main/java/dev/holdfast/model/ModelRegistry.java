package dev.holdfast.model;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The models in the database, from which all replicas serve. The champion is marked in its row, so
 * that a promotion is one transaction; each replica sees it within two seconds. Callers audit.
 */
@ApplicationScoped
public class ModelRegistry {

  private static final long REREAD_NANOS = Duration.ofSeconds(2).toNanos();

  private final DataSource dataSource;
  private final ModelTrust trust;
  private final Map<Integer, RegisteredModel> loaded = new ConcurrentHashMap<>();
  private volatile @Nullable Seen champion;

  private record Seen(Optional<RegisteredModel> model, long readAtNanos) {}

  @Inject
  ModelRegistry(DataSource dataSource, ModelConfig config) {
    this(dataSource, ModelTrust.in(config.keys()));
  }

  ModelRegistry(DataSource dataSource, ModelTrust trust) {
    this.dataSource = dataSource;
    this.trust = trust;
  }

  /** The keys by which this installation signs and believes models. */
  public ModelTrust trust() {
    return trust;
  }

  /**
   * Takes a version in, after it has been loaded once as proof that it works. The same version with
   * the same manifest again changes nothing.
   *
   * @param files the files of the version by name, its manifest included
   * @param gateJson what the gate said, JSON with a boolean {@code passed}
   * @return internal key of the model
   * @throws BadModel if the files are not a model signed by us under this version
   * @throws IllegalStateException if the version exists with other files
   */
  @Transactional
  public int register(Map<String, byte[]> files, String version, String gateJson, String actor) {
    ChurnModel model = ChurnModel.load(files, trust);
    if (!model.version().equals(version)) {
      throw new BadModel("the files are of version " + model.version() + ", not " + version);
    }
    try (Connection connection = dataSource.getConnection()) {
      Optional<Integer> present = idOf(connection, version);
      if (present.isPresent()) {
        return requireSame(connection, present.get(), version, files);
      }
      int id = insert(connection, version, gateJson, actor);
      try (PreparedStatement insert =
          connection.prepareStatement(
              "INSERT INTO model_file (model_id, name, content) VALUES (?, ?, ?)")) {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
          insert.setInt(1, id);
          insert.setString(2, file.getKey());
          insert.setBytes(3, file.getValue());
          insert.executeUpdate();
        }
      }
      return id;
    } catch (SQLException e) {
      throw new IllegalStateException("model " + version + " could not be registered", e);
    }
  }

  private static int insert(Connection connection, String version, String gateJson, String actor)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO model (version, created_at, created_by, gate)"
                + " VALUES (?, UTC_TIMESTAMP(6), ?, ?)",
            Statement.RETURN_GENERATED_KEYS)) {
      insert.setString(1, version);
      insert.setString(2, actor);
      insert.setString(3, gateJson);
      insert.executeUpdate();
      try (ResultSet keys = insert.getGeneratedKeys()) {
        keys.next();
        return keys.getInt(1);
      }
    }
  }

  private static int requireSame(
      Connection connection, int id, String version, Map<String, byte[]> files)
      throws SQLException {
    byte[] manifest = filesOf(connection, id).get(Manifest.NAME);
    if (!Arrays.equals(manifest, files.get(Manifest.NAME))) {
      throw new IllegalStateException(
          "model " + version + " is registered with other files; a version is never changed");
    }
    return id;
  }

  /**
   * Makes a registered version the champion.
   *
   * @param reason why, recorded; needed if the gate was not passed
   * @throws NoSuchElementException if there is no such version
   * @throws PromotionRefused if the gate refused it and no reason is given, or refused it for
   *     leakage, which no reason outweighs
   */
  @Transactional
  public void promote(String version, String actor, String reason) {
    try (Connection connection = dataSource.getConnection()) {
      int id =
          idOf(connection, version)
              .orElseThrow(() -> new NoSuchElementException("there is no model " + version));
      requirePromotable(version, gateOf(connection, id), reason);
      // Replicas that promote at the same time wait here for each other.
      Integer previous = lockChampion(connection);
      update(connection, "UPDATE model SET champion = NULL WHERE champion = 1", 0);
      update(connection, "UPDATE model SET champion = 1 WHERE id = ?", id);
      try (PreparedStatement insert =
          connection.prepareStatement(
              "INSERT INTO promotion (model_id, previous_model_id, promoted_at, promoted_by,"
                  + " reason) VALUES (?, ?, UTC_TIMESTAMP(6), ?, ?)")) {
        insert.setInt(1, id);
        insert.setObject(2, previous);
        insert.setString(3, actor);
        insert.setString(4, reason);
        insert.executeUpdate();
      }
    } catch (SQLException e) {
      throw new IllegalStateException("model " + version + " could not be promoted", e);
    }
    champion = null;
  }

  private static void requirePromotable(String version, String gateJson, String reason) {
    JsonNode gate =
        Json.read("gate of model " + version, gateJson.getBytes(StandardCharsets.UTF_8));
    if (gate.path("passed").asBoolean(false)) {
      return;
    }
    if (gate.path("leakage").asBoolean(false)) {
      throw new PromotionRefused(
          "model " + version + " was refused for leakage and cannot be promoted; retrain it");
    }
    if (reason.isBlank()) {
      throw new PromotionRefused(
          "model "
              + version
              + " was refused by its gate; give a reason to promote it all the same");
    }
  }

  /** The serving model, empty if none was promoted; known to at most two seconds. */
  public Optional<RegisteredModel> champion() {
    Seen seen = champion;
    long now = System.nanoTime();
    if (seen == null || now - seen.readAtNanos() > REREAD_NANOS) {
      seen = new Seen(readChampion(), now);
      champion = seen;
    }
    return seen.model();
  }

  private Optional<RegisteredModel> readChampion() {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select =
            connection.prepareStatement("SELECT id FROM model WHERE champion = 1");
        ResultSet row = select.executeQuery()) {
      return row.next() ? load(connection, row.getInt(1)) : Optional.empty();
    } catch (SQLException e) {
      throw new IllegalStateException("the champion could not be read", e);
    }
  }

  /** A registered model by its internal key; a model once loaded stays in memory. */
  public Optional<RegisteredModel> byId(int id) {
    RegisteredModel known = loaded.get(id);
    if (known != null) {
      return Optional.of(known);
    }
    try (Connection connection = dataSource.getConnection()) {
      return load(connection, id);
    } catch (SQLException e) {
      throw new IllegalStateException("model " + id + " could not be read", e);
    }
  }

  private Optional<RegisteredModel> load(Connection connection, int id) throws SQLException {
    RegisteredModel known = loaded.get(id);
    if (known != null) {
      return Optional.of(known);
    }
    Map<String, byte[]> files = filesOf(connection, id);
    if (files.isEmpty()) {
      return Optional.empty();
    }
    RegisteredModel model = new RegisteredModel(id, ChurnModel.load(files, trust));
    loaded.put(id, model);
    return Optional.of(model);
  }

  /** All versions, newest first. */
  public List<ModelVersion> list() {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT version, created_at, created_by, champion, gate FROM model"
                    + " ORDER BY id DESC");
        ResultSet rows = select.executeQuery()) {
      List<ModelVersion> versions = new ArrayList<>();
      while (rows.next()) {
        versions.add(
            new ModelVersion(
                rows.getString(1),
                rows.getObject(2, LocalDateTime.class).toInstant(ZoneOffset.UTC),
                rows.getString(3),
                rows.getInt(4) == 1,
                rows.getString(5)));
      }
      return versions;
    } catch (SQLException e) {
      throw new IllegalStateException("the models could not be listed", e);
    }
  }

  private static Optional<Integer> idOf(Connection connection, String version) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT id FROM model WHERE version = ?")) {
      select.setString(1, version);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? Optional.of(row.getInt(1)) : Optional.empty();
      }
    }
  }

  private static String gateOf(Connection connection, int id) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT gate FROM model WHERE id = ? FOR UPDATE")) {
      select.setInt(1, id);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getString(1);
      }
    }
  }

  private static @Nullable Integer lockChampion(Connection connection) throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement("SELECT id FROM model WHERE champion = 1 FOR UPDATE");
        ResultSet row = select.executeQuery()) {
      return row.next() ? row.getInt(1) : null;
    }
  }

  private static void update(Connection connection, String sql, int id) throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(sql)) {
      if (id != 0) {
        update.setInt(1, id);
      }
      update.executeUpdate();
    }
  }

  private static Map<String, byte[]> filesOf(Connection connection, int id) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT name, content FROM model_file WHERE model_id = ?")) {
      select.setInt(1, id);
      try (ResultSet rows = select.executeQuery()) {
        Map<String, byte[]> files = new HashMap<>();
        while (rows.next()) {
          files.put(rows.getString(1), rows.getBytes(2));
        }
        return files;
      }
    }
  }
}
