package dev.holdfast.stream;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventJson;
import dev.holdfast.event.EventStore;
import dev.holdfast.model.ChurnModel;
import dev.holdfast.platform.Topics;
import dev.holdfast.platform.embedded.DataFolder;
import dev.holdfast.platform.embedded.EmbeddedKafka;
import dev.holdfast.platform.embedded.EmbeddedMariaDb;
import dev.holdfast.training.BenchModel;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.flywaydb.core.Flyway;
import org.mariadb.jdbc.MariaDbDataSource;

/**
 * A database and a broker with customers, their history, a model that serves and a campaign that
 * watches, put there without the service; the service then runs on them as a process of its own.
 */
final class Installation implements AutoCloseable {

  private static final DateTimeFormatter SQL =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);
  private static final HexFormat HEX = HexFormat.of();
  private static final int PARTITIONS = 12;
  private static final int CUSTOMERS_A_FILE = 50_000;
  private static final String EVENT_COLUMNS =
      "(customer_id, @k, source_id, kind, name, occurred_at, available_at, flags, event_count,"
          + " amount, currency, channel, properties) SET event_key = UNHEX(@k)";

  private final Path path;
  private final DataFolder folder;
  private final EmbeddedMariaDb server;
  private final EmbeddedKafka broker;
  private final MariaDbDataSource database;
  private final List<Service> services = new ArrayList<>();

  private Installation(Path path, DataFolder folder, EmbeddedMariaDb server, EmbeddedKafka broker)
      throws SQLException {
    this.path = path;
    this.folder = folder;
    this.server = server;
    this.broker = broker;
    this.database =
        new MariaDbDataSource(
            "jdbc:mariadb://127.0.0.1:" + server.port() + "/holdfast?allowLocalInfile=true");
    database.setUser(EmbeddedMariaDb.USER);
    database.setPassword(server.password());
  }

  /** Starts the parts in a temporary folder, with the schema, the model and the topics. */
  static Installation start(BenchModel model) throws Exception {
    Path path = Files.createTempDirectory("holdfast-bench");
    DataFolder folder = DataFolder.tryOwn(path).orElseThrow();
    EmbeddedMariaDb server =
        EmbeddedMariaDb.start(folder, EmbeddedMariaDb.Size.ofThisMachine(), System.err::println);
    Installation made = new Installation(path, folder, server, EmbeddedKafka.start(folder));
    try {
      Flyway.configure().dataSource(made.database).load().migrate();
      made.register(model);
      made.topics();
      return made;
    } catch (Exception e) {
      made.close();
      throw e;
    }
  }

  Path path() {
    return path;
  }

  MariaDbDataSource database() {
    return database;
  }

  String bootstrap() {
    return "127.0.0.1:" + broker.port();
  }

  private void topics() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap()))) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(Topics.EVENTS, PARTITIONS, (short) 1)
                      .configs(Map.of("message.timestamp.type", "LogAppendTime"))))
          .all()
          .get();
    }
  }

  private void register(BenchModel model) throws SQLException, IOException {
    Path keys = Files.createDirectories(path.resolve("home").resolve("keys"));
    try (Stream<Path> files = Files.list(BenchModel.keys())) {
      for (Path file : files.toList()) {
        Files.copy(file, keys.resolve(file.getFileName().toString()));
      }
    }
    try (Connection connection = database.getConnection()) {
      execute(
          connection,
          "INSERT INTO model (id, version, created_at, created_by, gate, champion) VALUES (1, '"
              + model.version()
              + "', UTC_TIMESTAMP(6), 'bench', '{\"passed\":true}', 1)");
      try (PreparedStatement insert =
          connection.prepareStatement(
              "INSERT INTO model_file (model_id, name, content) VALUES (1, ?, ?)")) {
        for (Map.Entry<String, byte[]> file : model.files().entrySet()) {
          insert.setString(1, file.getKey());
          insert.setBytes(2, file.getValue());
          insert.executeUpdate();
        }
      }
      execute(
          connection,
          "INSERT INTO source (id, name, cadence, max_silence_seconds) VALUES (1, '"
              + MadeUpTraffic.SOURCE
              + "', 'stream', 21600)");
      execute(
          connection,
          "INSERT INTO campaign (name, state, enter_threshold, leave_threshold, hold_out_share,"
              + " cool_down_days, capacity_minutes, intake, customer_value, offer_cost,"
              + " contact_cost, minutes_per_call, salt, run, created_at, created_by) VALUES"
              + " ('bench', 'running', 0.5, 0.35, 0.1, 30, 480, 0, 100, 5, 2, 6,"
              + " UNHEX('000102030405060708090A0B0C0D0E0F'), 1, UTC_TIMESTAMP(6), 'bench')");
    }
  }

  /** Loads the customers with their history, states and scores, straight into the tables. */
  void load(MadeUpTraffic traffic, ChurnModel model) throws Exception {
    for (int from = 1; from <= traffic.customers(); from += CUSTOMERS_A_FILE) {
      load(traffic, model, from, Math.min(traffic.customers(), from + CUSTOMERS_A_FILE - 1));
    }
    try (Connection connection = database.getConnection()) {
      execute(connection, "ANALYZE TABLE event, customer_state, customer_identifier");
    }
  }

  private void load(MadeUpTraffic traffic, ChurnModel model, int from, int to) throws Exception {
    Path events = path.resolve("event.tsv");
    Path states = path.resolve("state.tsv");
    Path ids = path.resolve("id.tsv");
    try (BufferedWriter event = Files.newBufferedWriter(events);
        BufferedWriter state = Files.newBufferedWriter(states);
        BufferedWriter id = Files.newBufferedWriter(ids)) {
      for (int customer = from; customer <= to; customer++) {
        ActivityState activity = ActivityState.empty();
        List<Event> history = traffic.historyOf(customer);
        history.forEach(activity::apply);
        List<Event> clustered = new ArrayList<>(history);
        clustered.sort(Comparator.comparing(Event::key));
        for (Event one : clustered) {
          write(event, customer, one);
        }
        id.write(customer + "\n");
        write(state, customer, activity, model, traffic.start());
      }
    }
    try (Connection connection = database.getConnection()) {
      loadInto(connection, "party", ids, "(id) SET created_at = UTC_TIMESTAMP(6)");
      loadInto(
          connection, "customer", ids, "(id) SET party_id = id, created_at = UTC_TIMESTAMP(6)");
      loadInto(
          connection,
          "customer_identifier",
          ids,
          "(customer_id) SET namespace = 'bench', value = customer_id,"
              + " valid_from = '1000-01-01'");
      loadInto(connection, "event", events, EVENT_COLUMNS);
      loadInto(
          connection,
          "customer_state",
          states,
          "(customer_id, partition_no, source_id, last_occurred_at, @k, risk, as_of, model_id,"
              + " band, next_due, @s) SET last_event_key = UNHEX(@k), state = UNHEX(@s)");
    }
    for (Path file : List.of(events, states, ids)) {
      Files.delete(file);
    }
  }

  private static void write(
      BufferedWriter out, long customer, ActivityState activity, ChurnModel model, Instant start)
      throws IOException {
    Instant last = activity.lastOccurredAt();
    double risk = model.risk(activity, last);
    // Scored as of the newest event; timers spread over the two months to come.
    Instant due = start.plus(Duration.ofMinutes(60L * 24 * 5 + customer * 7_919 % (60L * 24 * 55)));
    out.write(
        String.join(
                "\t",
                Long.toString(customer),
                "0",
                "1",
                SQL.format(last),
                HEX.formatHex(activity.lastKey().toBytes()),
                Double.toString(risk),
                SQL.format(last),
                "1",
                risk < 0.3 ? "0" : risk < 0.6 ? "1" : "2",
                SQL.format(due),
                HEX.formatHex(activity.toBytes()))
            + "\n");
  }

  /** As the store writes it. */
  private static void write(BufferedWriter out, long customer, Event event) throws IOException {
    String properties = EventJson.writeProperties(event.properties());
    out.write(
        String.join(
                "\t",
                Long.toString(customer),
                HEX.formatHex(event.key().toBytes()),
                "1",
                Integer.toString(event.kind().ordinal()),
                event.name(),
                SQL.format(event.occurredAt()),
                SQL.format(event.availableAt()),
                Integer.toString(event.backfill() ? EventStore.FLAG_BACKFILL : 0),
                Integer.toString(event.count()),
                event.amount() == null ? "\\N" : event.amount().toPlainString(),
                event.currency() == null ? "\\N" : event.currency(),
                event.channel() == null ? "\\N" : event.channel(),
                properties == null ? "\\N" : properties)
            + "\n");
  }

  /**
   * What the database itself takes for the rows of these events: {@code LOAD DATA} in the order of
   * arrival into an empty table like {@code event}.
   *
   * @return seconds
   */
  double loadDataSeconds(MadeUpTraffic traffic, int from, int to) throws Exception {
    Path events = path.resolve("news.tsv");
    try (BufferedWriter out = Files.newBufferedWriter(events)) {
      for (int i = from; i < to; i++) {
        Event event = traffic.news(i);
        write(out, Long.parseLong(event.customer().substring("bench:".length())), event);
      }
    }
    try (Connection connection = database.getConnection()) {
      execute(connection, "CREATE TABLE event_loaded LIKE event");
      long begun = System.nanoTime();
      loadInto(connection, "event_loaded", events, EVENT_COLUMNS);
      double seconds = (System.nanoTime() - begun) / 1e9;
      execute(connection, "DROP TABLE event_loaded");
      return seconds;
    } finally {
      Files.delete(events);
    }
  }

  private static void loadInto(Connection connection, String table, Path file, String columns)
      throws SQLException {
    execute(
        connection,
        "LOAD DATA LOCAL INFILE '"
            + file
            + "' INTO TABLE "
            + table
            + " CHARACTER SET utf8mb4 "
            + columns);
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** A number the database tells. */
  static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  /**
   * Starts the packaged service on these parts and waits until it says where it serves. Those whom
   * an earlier one created are gone: a service tells the passwords of its first users once.
   */
  Service serve(String... options) throws IOException, InterruptedException, SQLException {
    try (Connection connection = database.getConnection()) {
      execute(connection, "DELETE FROM user_account");
    }
    Service service =
        Service.start(
            path.resolve("home"),
            "jdbc:mariadb://127.0.0.1:" + server.port() + "/holdfast",
            server.password(),
            bootstrap(),
            options);
    services.add(service);
    return service;
  }

  /** Starts a further replica beside one that runs. */
  Service serveBeside(String... options) throws IOException, InterruptedException {
    Path home = path.resolve("home-" + services.size());
    Path keys = Files.createDirectories(home.resolve("keys"));
    try (Stream<Path> files = Files.list(path.resolve("home").resolve("keys"))) {
      for (Path file : files.toList()) {
        Files.copy(file, keys.resolve(file.getFileName().toString()));
      }
    }
    Service service =
        Service.start(
            false,
            home,
            "jdbc:mariadb://127.0.0.1:" + server.port() + "/holdfast",
            server.password(),
            bootstrap(),
            options);
    services.add(service);
    return service;
  }

  /** Processor seconds that the database server took so far. */
  static double databaseSeconds() {
    return ProcessHandle.current()
        .children()
        .filter(child -> child.info().command().orElse("").endsWith("mariadbd"))
        .mapToDouble(child -> child.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9)
        .sum();
  }

  /** Stops all and removes the folder. */
  @Override
  public void close() {
    services.forEach(Service::close);
    broker.close();
    server.close();
    folder.close();
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the folder of the benchmark cannot be removed: " + path, e);
    }
  }

  /** The key of the record of an event. */
  static byte[] keyOf(Event event) {
    return event.customer().getBytes(StandardCharsets.UTF_8);
  }
}
