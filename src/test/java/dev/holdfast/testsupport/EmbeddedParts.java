package dev.holdfast.testsupport;

import dev.holdfast.platform.embedded.EmbeddedMariaDb;
import dev.holdfast.platform.embedded.Parts;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

/**
 * A real MariaDB and a real Kafka broker for all {@code @QuarkusTest} classes of a run, under
 * {@code target/test-home}. The database and the broker's log are new at each run; the server's
 * files are kept, which saves the unpacking.
 */
public class EmbeddedParts implements QuarkusTestResourceLifecycleManager {

  private static final Path HOME = Path.of("target", "test-home");
  private static final String KNOWN = "holdfast.test.parts.";

  @Override
  public Map<String, String> start() {
    // Quarkus may load this class again for another test profile; the parts stay up.
    Map<String, String> known = known();
    if (!known.isEmpty()) {
      return known;
    }
    try {
      deleteTree(HOME.resolve("kafka"));
      // What tests train does not belong among the models of this working copy.
      deleteTree(HOME.resolve("models"));
      System.setProperty("holdfast.training.models", HOME.resolve("models").toString());
      var parts =
          Parts.obtain(
              new Parts.Wanted(HOME, "test", true, true, new EmbeddedMariaDb.Size(512, 256)),
              Map.of(),
              line -> System.err.println("[test] " + line));
      Runtime.getRuntime().addShutdownHook(new Thread(parts::close));
      recreateDatabase(parts.configuration());
      parts.configuration().forEach((key, value) -> System.setProperty(KNOWN + key, value));
      return parts.configuration();
    } catch (IOException | SQLException e) {
      throw new IllegalStateException("the embedded parts for tests cannot be prepared", e);
    }
  }

  @Override
  public void stop() {
    // At the end of the JVM, see above.
  }

  private static Map<String, String> known() {
    var known = new TreeMap<String, String>();
    for (String name : System.getProperties().stringPropertyNames()) {
      if (name.startsWith(KNOWN)) {
        known.put(name.substring(KNOWN.length()), System.getProperty(name));
      }
    }
    return known;
  }

  private static void recreateDatabase(Map<String, String> configuration) throws SQLException {
    try (var connection =
            DriverManager.getConnection(
                configuration.get("quarkus.datasource.jdbc.url"),
                configuration.get("quarkus.datasource.username"),
                configuration.get("quarkus.datasource.password"));
        var statement = connection.createStatement()) {
      statement.execute("DROP DATABASE holdfast");
      statement.execute("CREATE DATABASE holdfast CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
    }
  }

  private static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (var paths = Files.walk(root)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
