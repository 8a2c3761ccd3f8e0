package dev.holdfast.event;

import dev.holdfast.platform.embedded.DataFolder;
import dev.holdfast.platform.embedded.EmbeddedMariaDb;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.mariadb.jdbc.MariaDbDataSource;

/** The store of events on an embedded database in a folder of its own, without the service. */
public final class StoreOnItsOwn implements AutoCloseable {

  private static final int BATCH = 5_000;

  private final Path path;
  private final DataFolder folder;
  private final EmbeddedMariaDb server;
  private final MariaDbDataSource database;
  private final EventStore store;
  private final int sourceId;
  private final List<EventStore.CustomerEvent> waiting = new ArrayList<>();

  private StoreOnItsOwn(Path path, DataFolder folder, EmbeddedMariaDb server) throws SQLException {
    this.path = path;
    this.folder = folder;
    this.server = server;
    this.database =
        new MariaDbDataSource("jdbc:mariadb://127.0.0.1:" + server.port() + "/holdfast");
    database.setUser(EmbeddedMariaDb.USER);
    database.setPassword(server.password());
    Flyway.configure().dataSource(database).load().migrate();
    this.sourceId = source(database);
    this.store = new EventStore(database, new Sources(database), List.of());
  }

  /** Starts a database in a temporary folder. */
  public static StoreOnItsOwn start() throws IOException, SQLException {
    Path path = Files.createTempDirectory("holdfast-bench");
    DataFolder folder = DataFolder.tryOwn(path).orElseThrow();
    EmbeddedMariaDb server =
        EmbeddedMariaDb.start(folder, EmbeddedMariaDb.Size.ofThisMachine(), System.err::println);
    return new StoreOnItsOwn(path, folder, server);
  }

  private static int source(MariaDbDataSource database) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO source (name, cadence, max_silence_seconds) VALUES ('bench',"
                    + " 'stream', 86400)",
                Statement.RETURN_GENERATED_KEYS)) {
      insert.executeUpdate();
      try (ResultSet key = insert.getGeneratedKeys()) {
        key.next();
        return key.getInt(1);
      }
    }
  }

  /** The store. */
  public EventStore store() {
    return store;
  }

  /** Stores events as the stream does, some thousand in a transaction. */
  public void append(long customerId, List<Event> events) {
    for (Event event : events) {
      waiting.add(new EventStore.CustomerEvent(customerId, event, sourceId));
    }
    if (waiting.size() >= BATCH) {
      flush();
    }
  }

  /** Stores what waits. */
  public void flush() {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      store.append(connection, waiting);
      connection.commit();
      waiting.clear();
    } catch (SQLException e) {
      throw new IllegalStateException("the events cannot be stored", e);
    }
  }

  /** Stops the database and removes its folder. */
  @Override
  public void close() {
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
}
