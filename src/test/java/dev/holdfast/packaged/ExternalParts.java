package dev.holdfast.packaged;

import dev.holdfast.model.ModelTrust;
import dev.holdfast.platform.Topics;
import dev.holdfast.platform.embedded.DataFolder;
import dev.holdfast.platform.embedded.EmbeddedKafka;
import dev.holdfast.platform.embedded.EmbeddedMariaDb;
import dev.holdfast.testsupport.TestModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.flywaydb.core.Flyway;

/**
 * A MariaDB and a Kafka broker as a deployment has them: outside of the service, which can be
 * killed, and which can be stopped, slowed down and started again while it runs. The service
 * reaches the database through a {@link Proxy}.
 */
final class ExternalParts implements AutoCloseable {

  /** A key of several roles that every fresh database has. */
  static final String API_KEY = "hf_faultytests0" + "s".repeat(43);

  private static final Path HOME = Path.of("target", "it-parts").toAbsolutePath();
  private static final Duration GONE_WITHIN = Duration.ofSeconds(30);
  private static final EmbeddedMariaDb.Size SIZE = new EmbeddedMariaDb.Size(256, 128);
  private static final int PARTITIONS = 12;

  /** Held here, because a logger that nobody holds forgets its level. */
  private static final List<Logger> QUIET =
      List.of(
          Logger.getLogger("org.apache.kafka"),
          Logger.getLogger("kafka"),
          Logger.getLogger("state.change.logger"),
          Logger.getLogger("org.flywaydb"));

  private final DataFolder folder;
  private final Proxy proxy;
  private EmbeddedKafka broker;
  private volatile EmbeddedMariaDb database;
  private volatile boolean databaseRuns = true;

  private ExternalParts(DataFolder folder, EmbeddedMariaDb database, EmbeddedKafka broker)
      throws IOException {
    this.folder = folder;
    this.database = database;
    this.broker = broker;
    this.proxy = new Proxy(() -> databaseRuns ? this.database.port() : 0);
  }

  /** Starts both, with a fresh database and an empty log. The server's files are kept. */
  static ExternalParts start() throws IOException, SQLException {
    QUIET.forEach(logger -> logger.setLevel(Level.OFF));
    deleteTree(HOME.resolve("kafka"));
    deleteTree(HOME.resolve("keys"));
    DataFolder folder = DataFolder.tryOwn(HOME).orElseThrow();
    EmbeddedMariaDb database = EmbeddedMariaDb.start(folder, SIZE, line -> {});
    var parts = new ExternalParts(folder, database, EmbeddedKafka.start(folder));
    parts.createTopic();
    parts.freshDatabase();
    return parts;
  }

  /** What a service needs to know of them. */
  Map<String, String> environment() {
    return Map.of(
        "HOLDFAST_DB_URL",
        "jdbc:mariadb://127.0.0.1:" + proxy.port() + "/holdfast",
        "HOLDFAST_DB_USER",
        EmbeddedMariaDb.USER,
        "HOLDFAST_DB_PASSWORD",
        database.password(),
        "HOLDFAST_KAFKA",
        "127.0.0.1:" + broker.port(),
        "HOLDFAST_MODEL_KEYS",
        HOME.resolve("keys").toString());
  }

  /** The network between the service and the database. */
  Proxy network() {
    return proxy;
  }

  void stopDatabase() {
    databaseRuns = false;
    database.close();
  }

  void startDatabase() {
    database = EmbeddedMariaDb.start(folder, SIZE, line -> {});
    databaseRuns = true;
  }

  void stopBroker() {
    broker.close();
  }

  void startBroker() {
    broker = EmbeddedKafka.start(folder, broker.port());
  }

  /** Runs a statement as the administrator of the database. */
  void administer(String statement) throws IOException, InterruptedException {
    Path home = HOME.resolve("mariadb");
    Path distribution;
    try (var files = Files.list(home)) {
      distribution =
          files
              .filter(file -> file.getFileName().toString().startsWith("dist-"))
              .findFirst()
              .orElseThrow();
    }
    var builder =
        new ProcessBuilder(
                distribution.resolve("bin/mariadb").toString(),
                "--no-defaults",
                "--skip-ssl",
                // The system allows the name of a socket 107 characters.
                "--socket=mariadbd.sock",
                "--user=root",
                "--password=" + database.password(),
                "--execute=" + statement)
            .directory(home.resolve("data").toFile())
            .inheritIO();
    builder.environment().put("LD_LIBRARY_PATH", distribution.resolve("libs").toString());
    Process client = builder.start();
    if (!client.waitFor(GONE_WITHIN.toSeconds(), TimeUnit.SECONDS) || client.exitValue() != 0) {
      client.destroyForcibly();
      throw new IOException("the administrator could not: " + statement);
    }
  }

  /** A connection past the proxy. */
  Connection connect() throws SQLException {
    return DriverManager.getConnection(url(), EmbeddedMariaDb.USER, database.password());
  }

  private String url() {
    return "jdbc:mariadb://127.0.0.1:" + database.port() + "/holdfast";
  }

  /** Makes the database anew: the schema, a model, a campaign, a daily source and a key. */
  void freshDatabase() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("DROP DATABASE holdfast");
      statement.execute("CREATE DATABASE holdfast CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
    }
    Flyway.configure(ExternalParts.class.getClassLoader())
        .dataSource(url(), EmbeddedMariaDb.USER, database.password())
        .load()
        .migrate();
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO model (id, version, created_at, created_by, gate, champion) VALUES (1, '"
              + TestModel.VERSION
              + "', UTC_TIMESTAMP(6), 'test', '{\"passed\":true}', 1)");
      try (PreparedStatement insert =
          connection.prepareStatement(
              "INSERT INTO model_file (model_id, name, content) VALUES (1, ?, ?)")) {
        for (var file : TestModel.files(ModelTrust.in(HOME.resolve("keys"))).entrySet()) {
          insert.setString(1, file.getKey());
          insert.setBytes(2, file.getValue());
          insert.executeUpdate();
        }
      }
      statement.execute(
          "INSERT INTO campaign (name, state, enter_threshold, leave_threshold, hold_out_share,"
              + " cool_down_days, capacity_minutes, intake, customer_value, offer_cost,"
              + " contact_cost, minutes_per_call, salt, run, created_at, created_by) VALUES"
              + " ('quiet', 'running', 0.5, 0.4, 0.2, 30, 480, 0, 200, 10, 1, 8,"
              + " UNHEX('00112233445566778899aabbccddeeff'), 1, UTC_TIMESTAMP(6), 'test')");
      // Not a stream: how far it is complete is declared, so the test decides when timers act. It
      // may
      // be days behind without a doubt about the feed.
      statement.execute(
          "INSERT INTO source (name, cadence, max_silence_seconds) VALUES ('"
              + Traffic.SOURCE
              + "', 'daily', 2592000)");
      try (PreparedStatement insert =
          connection.prepareStatement(
              "INSERT INTO api_key (prefix, secret_hash, name, roles, created_at, created_by)"
                  + " VALUES (?, ?, 'faults', 'service,viewer,operator', UTC_TIMESTAMP(6),"
                  + " 'test')")) {
        insert.setString(1, API_KEY.substring(3, 15));
        insert.setBytes(2, sha256(API_KEY.substring(15).getBytes(StandardCharsets.UTF_8)));
        insert.executeUpdate();
      }
    }
  }

  private void createTopic() {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", "127.0.0.1:" + broker.port()))) {
      admin
          .createTopics(Set.of(new NewTopic(Topics.EVENTS, PARTITIONS, (short) 1)))
          .all()
          .get(GONE_WITHIN.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | InterruptedException | TimeoutException e) {
      throw new IllegalStateException("the topic could not be made", e);
    }
  }

  /** A producer that repeats nothing by itself. */
  KafkaProducer<byte[], byte[]> producer() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", "127.0.0.1:" + broker.port());
    settings.put("acks", "all");
    settings.put("enable.idempotence", true);
    settings.put("linger.ms", 5);
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** The first column of the first row. */
  long number(String query) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** Runs a statement as the service's user. */
  void execute(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The books of a source. */
  Books books(String source) throws SQLException {
    try (Connection connection = connect();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT received, applied, duplicate, quarantined FROM source WHERE name = ?")) {
      select.setString(1, source);
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? new Books(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4))
            : new Books(0, 0, 0, 0);
      }
    }
  }

  /** The books of a source; by the law of conservation the first is the sum of the others. */
  record Books(long received, long applied, long duplicate, long quarantined) {}

  /** SHA-256 over the states of all customers, in the order of their names. */
  String checksumOfStates() throws SQLException {
    return checksum(
        "SELECT i.namespace, i.value, HEX(s.state), s.risk, s.as_of, s.next_due FROM customer_state s"
            + " JOIN customer_identifier i ON i.customer_id = s.customer_id"
            + " ORDER BY i.namespace, i.value");
  }

  /** SHA-256 over the states alone, without what was concluded from them. */
  String checksumOfActivity() throws SQLException {
    return checksum(
        "SELECT i.namespace, i.value, HEX(s.state), s.partition_no, s.source_id FROM customer_state s"
            + " JOIN customer_identifier i ON i.customer_id = s.customer_id"
            + " ORDER BY i.namespace, i.value");
  }

  /** SHA-256 over all rows of the history, in the order of their keys. */
  String checksumOfEvents() throws SQLException {
    return checksum(
        "SELECT i.value, HEX(e.event_key), e.kind, e.name, e.occurred_at, e.available_at, e.flags,"
            + " e.event_count, e.amount FROM event e"
            + " JOIN customer_identifier i ON i.customer_id = e.customer_id"
            + " ORDER BY e.event_key");
  }

  private String checksum(String query) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      int columns = row.getMetaData().getColumnCount();
      while (row.next()) {
        for (int column = 1; column <= columns; column++) {
          digest.update((row.getString(column) + '|').getBytes(StandardCharsets.UTF_8));
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  /** How many episodes each customer has, by name. */
  Map<String, Long> episodes() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT i.value, COUNT(*) FROM episode e JOIN customer_identifier i"
                    + " ON i.customer_id = e.customer_id GROUP BY i.value")) {
      Map<String, Long> episodes = new TreeMap<>();
      while (row.next()) {
        episodes.put(row.getString(1), row.getLong(2));
      }
      return episodes;
    }
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  private static void deleteTree(Path root) throws IOException {
    if (Files.exists(root)) {
      try (var paths = Files.walk(root)) {
        for (Path path :
            paths
                .sorted(Comparator.reverseOrder())
                .collect(Collectors.toCollection(ArrayList::new))) {
          Files.delete(path);
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    proxy.close();
    broker.close();
    if (databaseRuns) {
      database.close();
    }
    folder.close();
  }
}
