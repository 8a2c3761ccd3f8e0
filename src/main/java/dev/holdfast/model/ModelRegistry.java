package dev.holdfast.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.access.Audit;
import dev.holdfast.calendar.Calendars;
import io.quarkus.narayana.jta.QuarkusTransaction;
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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The models in the database, from which all replicas serve. The champion is marked in its row, so
 * that a promotion is one transaction; each replica sees it within two seconds. Callers audit what
 * they change; a version that is refused at registration is audited here.
 *
 * <p>Nothing but a version whose files were just read and believed becomes champion. If the files
 * of the champion turn unreadable later, a replica that has a model loaded goes on serving that one
 * and says so in {@link #trouble}; it tries again every half minute.
 */
@ApplicationScoped
public class ModelRegistry {

  /** As many versions can be scored in shadow at a time. */
  public static final int MOST_CHALLENGERS = 3;

  private static final Logger LOG = Logger.getLogger(ModelRegistry.class);
  private static final String ROLLBACK = "rollback";
  private static final long REREAD_NANOS = Duration.ofSeconds(2).toNanos();
  private static final long RETRY_NANOS = Duration.ofSeconds(30).toNanos();

  private final DataSource dataSource;
  private final ModelTrust trust;
  private final Audit audit;
  private final Map<Integer, RegisteredModel> loaded = new ConcurrentHashMap<>();
  private volatile @Nullable Seen champion;
  private volatile @Nullable Unreadable unreadable;

  private record Seen(Optional<RegisteredModel> model, long readAtNanos) {}

  /** A champion whose stored files could not be believed. */
  private record Unreadable(int id, String words, long seenAtNanos) {}

  @Inject
  ModelRegistry(DataSource dataSource, ModelConfig config, Audit audit) {
    this(dataSource, ModelTrust.in(config.keys()), audit);
  }

  ModelRegistry(DataSource dataSource, ModelTrust trust, Audit audit) {
    this.dataSource = dataSource;
    this.trust = trust;
    this.audit = audit;
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
    requireBelievable(files, version, actor);
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

  private void requireBelievable(Map<String, byte[]> files, String version, String actor) {
    try {
      ChurnModel model = ChurnModel.load(files, trust);
      if (!model.version().equals(version)) {
        throw new BadModel("the files are of version " + model.version() + ", not " + version);
      }
    } catch (BadModel refused) {
      // In a transaction of its own: the caller's ends with the refusal.
      QuarkusTransaction.requiringNew()
          .run(() -> audit.record(actor, "model.refused", subject(version), refused.getMessage()));
      throw refused;
    }
  }

  /** The version as a subject of the audit; it may be anything, for nobody has checked it. */
  private static String subject(String version) {
    return "model:" + version.substring(0, Math.min(version.length(), 100));
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
   * Makes a registered version the champion. Promoting the champion changes nothing.
   *
   * @param reason why, recorded; needed if the gate was not passed
   * @throws NoSuchElementException if there is no such version
   * @throws PromotionRefused if the gate refused it and no reason is given, or refused it for
   *     leakage, which no reason outweighs, or it was trained on other weights of the weekdays than
   *     those of the calendar in force
   * @throws BadModel if its stored files cannot be read
   */
  @Transactional
  public void promote(String version, String actor, String reason) {
    try (Connection connection = dataSource.getConnection()) {
      int id = requireId(connection, version);
      requirePromotable(version, gateOf(connection, id), reason);
      readAnew(connection, id, version);
      requireSameWeekdays(connection, id);
      // Replicas that promote at the same time wait here for each other.
      Integer previous = lockChampion(connection);
      if (previous == null || previous != id) {
        crown(connection, id, previous, actor, "promotion", reason);
      }
    } catch (SQLException e) {
      throw new IllegalStateException("model " + version + " could not be promoted", e);
    }
    expireChampion();
  }

  /**
   * Lets the champion before {@code version} serve again. Rolling back twice goes back two
   * champions.
   *
   * @param version the one to take out of service; it must serve
   * @param reason why, recorded
   * @return the version that serves now
   * @throws NoSuchElementException if there is no such version
   * @throws PromotionRefused if it does not serve, no other served before it, or that one was
   *     trained on other weights of the weekdays than those of the calendar in force
   * @throws BadModel if the files of the one before cannot be read
   */
  @Transactional
  public String rollback(String version, String actor, String reason) {
    return back(version, actor, ROLLBACK, reason);
  }

  /**
   * As {@link #rollback}, by rule and not by a person.
   *
   * @return the version that serves now
   */
  @Transactional
  public String fallBack(String version, String actor, String reason) {
    return back(version, actor, "fall-back", reason);
  }

  private String back(String version, String actor, String kind, String reason) {
    String before;
    try (Connection connection = dataSource.getConnection()) {
      int id = requireId(connection, version);
      Integer serving = lockChampion(connection);
      if (serving == null || serving != id) {
        throw new PromotionRefused(
            "model " + version + " does not serve, so there is nothing to take back");
      }
      int target =
          previousId(connection)
              .orElseThrow(
                  () ->
                      new PromotionRefused(
                          "no other model served before "
                              + version
                              + "; promote the one that shall serve"));
      before = versionOf(connection, target);
      readAnew(connection, target, before);
      if (kind.equals(ROLLBACK)) {
        requireSameWeekdays(connection, target);
      }
      crown(connection, target, serving, actor, kind, reason);
    } catch (SQLException e) {
      throw new IllegalStateException("model " + version + " could not be taken back", e);
    }
    expireChampion();
    return before;
  }

  private static void crown(
      Connection connection,
      int id,
      @Nullable Integer previous,
      String actor,
      String kind,
      String reason)
      throws SQLException {
    update(connection, "UPDATE model SET champion = NULL WHERE champion = 1", 0);
    update(connection, "UPDATE model SET champion = 1, challenger = NULL WHERE id = ?", id);
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO promotion (model_id, previous_model_id, promoted_at, promoted_by, kind,"
                + " reason) VALUES (?, ?, UTC_TIMESTAMP(6), ?, ?, ?)")) {
      insert.setInt(1, id);
      insert.setObject(2, previous);
      insert.setString(3, actor);
      insert.setString(4, kind);
      insert.setString(5, reason);
      insert.executeUpdate();
    }
  }

  /** Reads the stored files as if for the first time, so that what is damaged never serves. */
  private void readAnew(Connection connection, int id, String version) throws SQLException {
    try {
      loaded.put(id, new RegisteredModel(id, ChurnModel.load(filesOf(connection, id), trust)));
    } catch (BadModel bad) {
      throw new BadModel(
          "model " + version + " cannot serve, its stored files are not good: " + bad.getMessage(),
          bad);
    }
  }

  /** A model judges silence by the weekdays it has learnt from, and by no others. */
  private void requireSameWeekdays(Connection connection, int id) throws SQLException {
    RegisteredModel model = Objects.requireNonNull(loaded.get(id));
    List<Double> own = model.model().priors().weekdays();
    List<Double> inForce = Calendars.weekdaysInForce(connection);
    if (!own.equals(inForce)) {
      throw new PromotionRefused(
          "model "
              + model.model().version()
              + " was trained with the weights "
              + own
              + " of the weekdays, the calendar in force has "
              + inForce
              + "; put the former in force with holdfast calendar set, or train on the present ones");
    }
  }

  /** Has the champion read again at the next question; what is loaded stays until then. */
  private void expireChampion() {
    Seen seen = champion;
    if (seen != null) {
      champion = new Seen(seen.model(), System.nanoTime() - REREAD_NANOS - 1);
    }
  }

  /**
   * Scores a version in shadow from now on. A challenger changes nothing.
   *
   * @throws NoSuchElementException if there is no such version
   * @throws PromotionRefused if it serves, {@link #MOST_CHALLENGERS} are scored already, or it was
   *     trained on other weights of the weekdays than those of the calendar in force
   * @throws BadModel if its stored files cannot be read
   */
  @Transactional
  public void challenge(String version) {
    try (Connection connection = dataSource.getConnection()) {
      int id = requireId(connection, version);
      // All changes of marks wait here for each other.
      Integer serving = lockChampion(connection);
      if (serving != null && serving == id) {
        throw new PromotionRefused("model " + version + " serves; it cannot challenge itself");
      }
      Map<Integer, Integer> places = challengerPlaces(connection);
      if (places.containsValue(id)) {
        return;
      }
      readAnew(connection, id, version);
      requireSameWeekdays(connection, id);
      for (int place = 1; place <= MOST_CHALLENGERS; place++) {
        if (!places.containsKey(place)) {
          update(connection, "UPDATE model SET challenger = " + place + " WHERE id = ?", id);
          return;
        }
      }
      throw new PromotionRefused(
          MOST_CHALLENGERS + " models are scored in shadow already; retire one of them first");
    } catch (SQLException e) {
      throw new IllegalStateException("model " + version + " could not be made a challenger", e);
    }
  }

  /**
   * Scores a version in shadow no longer; nothing happens if it was not.
   *
   * @throws NoSuchElementException if there is no such version
   */
  @Transactional
  public void retire(String version) {
    try (Connection connection = dataSource.getConnection()) {
      update(
          connection,
          "UPDATE model SET challenger = NULL WHERE id = ?",
          requireId(connection, version));
    } catch (SQLException e) {
      throw new IllegalStateException("model " + version + " could not be retired", e);
    }
  }

  private static Map<Integer, Integer> challengerPlaces(Connection connection) throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT challenger, id FROM model WHERE challenger IS NOT NULL FOR UPDATE");
        ResultSet rows = select.executeQuery()) {
      Map<Integer, Integer> places = new TreeMap<>();
      while (rows.next()) {
        places.put(rows.getInt(1), rows.getInt(2));
      }
      return places;
    }
  }

  /** The versions scored in shadow, at most three; one whose files are damaged is left out. */
  public List<RegisteredModel> challengers() {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT id FROM model WHERE challenger IS NOT NULL ORDER BY challenger");
        ResultSet rows = select.executeQuery()) {
      List<RegisteredModel> challengers = new ArrayList<>();
      while (rows.next()) {
        loadIfGood(connection, rows.getInt(1)).ifPresent(challengers::add);
      }
      return challengers;
    } catch (SQLException e) {
      throw new IllegalStateException("the challengers could not be read", e);
    }
  }

  /** The champion to which a rollback would go; empty if there is none or its files are damaged. */
  public Optional<RegisteredModel> previousChampion() {
    try (Connection connection = dataSource.getConnection()) {
      OptionalInt id = previousId(connection);
      return id.isPresent() ? loadIfGood(connection, id.getAsInt()) : Optional.empty();
    } catch (SQLException e) {
      throw new IllegalStateException("the champion before this one could not be read", e);
    }
  }

  private Optional<RegisteredModel> loadIfGood(Connection connection, int id) throws SQLException {
    try {
      return load(connection, id);
    } catch (BadModel bad) {
      LOG.warnf("Model %d is not scored in shadow: %s", id, bad.getMessage());
      return Optional.empty();
    }
  }

  /** The champion before the present one: a way back undoes one promotion, and so on. */
  private static OptionalInt previousId(Connection connection) throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement("SELECT model_id, kind FROM promotion ORDER BY id");
        ResultSet rows = select.executeQuery()) {
      Deque<Integer> served = new ArrayDeque<>();
      while (rows.next()) {
        int id = rows.getInt(1);
        if (!rows.getString(2).equals("promotion")) {
          while (!served.isEmpty() && served.peek() != id) {
            served.pop();
          }
        }
        if (served.isEmpty() || served.peek() != id) {
          served.push(id);
        }
      }
      if (served.size() < 2) {
        return OptionalInt.empty();
      }
      served.pop();
      return OptionalInt.of(served.pop());
    }
  }

  /** Every change of the champion, newest first. */
  public List<Promotion> promotions() {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT m.version, b.version, p.promoted_at, p.promoted_by, p.kind, p.reason"
                    + " FROM promotion p JOIN model m ON m.id = p.model_id"
                    + " LEFT JOIN model b ON b.id = p.previous_model_id ORDER BY p.id DESC");
        ResultSet rows = select.executeQuery()) {
      List<Promotion> promotions = new ArrayList<>();
      while (rows.next()) {
        promotions.add(
            new Promotion(
                rows.getString(1),
                rows.getString(2),
                rows.getObject(3, LocalDateTime.class).toInstant(ZoneOffset.UTC),
                rows.getString(4),
                rows.getString(5),
                rows.getString(6)));
      }
      return promotions;
    } catch (SQLException e) {
      throw new IllegalStateException("the promotions could not be listed", e);
    }
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
      if (!row.next()) {
        return Optional.empty();
      }
      int id = row.getInt(1);
      Unreadable known = unreadable;
      if (known != null && known.id() != id) {
        unreadable = null;
      } else if (known != null && System.nanoTime() - known.seenAtNanos() < RETRY_NANOS) {
        return kept(id, new BadModel(known.words()));
      }
      try {
        return Optional.of(
            load(connection, id)
                .orElseThrow(() -> new BadModel("it has no files in the registry")));
      } catch (BadModel bad) {
        unreadable(connection, id, bad);
        return kept(id, bad);
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the champion could not be read", e);
    }
  }

  /** What goes on serving while the stored champion cannot be read. */
  private Optional<RegisteredModel> kept(int id, BadModel why) {
    RegisteredModel sameLoaded = loaded.get(id);
    if (sameLoaded != null) {
      return Optional.of(sameLoaded);
    }
    Seen seen = champion;
    if (seen == null || seen.model().isEmpty()) {
      throw why;
    }
    return seen.model();
  }

  private void unreadable(Connection connection, int id, BadModel bad) throws SQLException {
    String words =
        "the files of champion "
            + versionOf(connection, id)
            + " in the registry are not good: "
            + bad.getMessage();
    Unreadable known = unreadable;
    if (known == null || !known.words().equals(words)) {
      LOG.errorf("%s; what is loaded goes on serving. Promote another version.", words);
    }
    unreadable = new Unreadable(id, words, System.nanoTime());
  }

  /**
   * Why this replica serves a model other than, or no longer equal to, the stored champion; empty
   * if all is well.
   */
  public Optional<String> trouble() {
    return Optional.ofNullable(unreadable).map(Unreadable::words);
  }

  /** Compares the stored files of the champion with their signature; see {@link #trouble}. */
  public void verifyChampion() {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select =
            connection.prepareStatement("SELECT id FROM model WHERE champion = 1");
        ResultSet row = select.executeQuery()) {
      if (!row.next()) {
        return;
      }
      int id = row.getInt(1);
      try {
        Manifest.check(filesOf(connection, id), trust);
        unreadable = null;
      } catch (BadModel bad) {
        unreadable(connection, id, bad);
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the champion could not be verified", e);
    }
  }

  /** One stored file of a model, such as {@code metrics.json}; empty if it has none. */
  public Optional<byte[]> file(int modelId, String name) {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT content FROM model_file WHERE model_id = ? AND name = ?")) {
      select.setInt(1, modelId);
      select.setString(2, name);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? Optional.of(row.getBytes(1)) : Optional.empty();
      }
    } catch (SQLException e) {
      throw new IllegalStateException(name + " of model " + modelId + " could not be read", e);
    }
  }

  /** The versions that have a file of this name, such as {@code report.html}. */
  public Set<String> versionsWith(String name) {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT m.version FROM model m JOIN model_file f ON f.model_id = m.id WHERE f.name"
                    + " = ?")) {
      select.setString(1, name);
      Set<String> versions = new HashSet<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          versions.add(row.getString(1));
        }
      }
      return versions;
    } catch (SQLException e) {
      throw new IllegalStateException("the models that have " + name + " are not known", e);
    }
  }

  /** All stored files of a version, unchecked; empty if there is no such version. */
  public Optional<Map<String, byte[]>> filesOf(String version) {
    try (Connection connection = dataSource.getConnection()) {
      Optional<Integer> id = idOf(connection, version);
      return id.isPresent() ? Optional.of(filesOf(connection, id.get())) : Optional.empty();
    } catch (SQLException e) {
      throw new IllegalStateException("the files of " + version + " could not be read", e);
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
                "SELECT version, created_at, created_by, champion, challenger, gate FROM model"
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
                rows.getInt(5) > 0,
                verdict(rows.getString(1), rows.getString(6)),
                rows.getString(6)));
      }
      return versions;
    } catch (SQLException e) {
      throw new IllegalStateException("the models could not be listed", e);
    }
  }

  private static String verdict(String version, String gateJson) {
    JsonNode gate =
        Json.read("gate of model " + version, gateJson.getBytes(StandardCharsets.UTF_8));
    if (gate.path("passed").asBoolean(false)) {
      return "passed";
    }
    StringJoiner broken = new StringJoiner("; ", "refused: ", "");
    broken.setEmptyValue("refused");
    for (JsonNode rule : gate.path("rules")) {
      if (!rule.path("holds").asBoolean(true)) {
        broken.add(rule.path("name").asText() + " (" + rule.path("figures").asText() + ")");
      }
    }
    return broken.toString();
  }

  private static int requireId(Connection connection, String version) throws SQLException {
    return idOf(connection, version)
        .orElseThrow(() -> new NoSuchElementException("there is no model " + version));
  }

  private static String versionOf(Connection connection, int id) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT version FROM model WHERE id = ?")) {
      select.setInt(1, id);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getString(1);
      }
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
