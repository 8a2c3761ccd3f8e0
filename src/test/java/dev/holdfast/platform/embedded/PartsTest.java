package dev.holdfast.platform.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The home is kept between runs, which saves unpacking and installing. */
class PartsTest {

  private static final Path HOME = Path.of("target", "test-home-parts");
  private static final EmbeddedMariaDb.Size SMALL = new EmbeddedMariaDb.Size(64, 64);

  @Test
  void rowsAndMessagesOutliveARestart() throws Exception {
    String word = UUID.randomUUID().toString();
    String topic = "kept-" + word;

    try (Parts parts = both()) {
      assertThat(parts.memberName()).isPresent();
      insert(parts.configuration(), word);
      send(broker(parts), topic, word);
    }
    try (Parts parts = both()) {
      assertThat(words(parts.configuration())).contains(word);
      assertThat(received(broker(parts), topic)).containsExactly(word);
    }
  }

  @Test
  void aServerThatWasKilledRecoversAndOneThatWasLeftBehindIsTakenOver() throws Exception {
    String word = UUID.randomUUID().toString();

    DataFolder first = DataFolder.tryOwn(HOME).orElseThrow();
    EmbeddedMariaDb killed = EmbeddedMariaDb.start(first, SMALL, line -> {});
    insert(address(killed), word);
    ProcessHandle.of(killed.pid()).orElseThrow().destroyForcibly();
    first.close();

    DataFolder second = DataFolder.tryOwn(HOME).orElseThrow();
    EmbeddedMariaDb leftBehind = EmbeddedMariaDb.start(second, SMALL, line -> {});
    assertThat(words(address(leftBehind))).contains(word);
    second.close();

    DataFolder third = DataFolder.tryOwn(HOME).orElseThrow();
    try (EmbeddedMariaDb last = EmbeddedMariaDb.start(third, SMALL, line -> {})) {
      assertThat(ProcessHandle.of(leftBehind.pid()).filter(ProcessHandle::isAlive)).isEmpty();
      assertThat(words(address(last))).contains(word);
    } finally {
      third.close();
    }
  }

  @Test
  void aSecondServiceIsToldWhoUsesTheFolderAndACommandUsesItsParts() {
    try (Parts service = databaseOnly("serve", true)) {
      assertThatThrownBy(() -> databaseOnly("demo", true))
          .isInstanceOf(PartsUnavailable.class)
          .hasMessageContaining("is in use by `holdfast serve` (process ")
          .hasMessageContaining("--home");

      try (Parts command = databaseOnly("list", false)) {
        assertThat(command.serviceRuns()).isTrue();
        assertThat(command.configuration()).isEqualTo(service.configuration());
      }
      // The command has gone; the service still owns the folder.
      assertThat(DataFolder.ownerOf(HOME)).isPresent();
    }
  }

  @Test
  void theDatabasePasswordIsReadableByUsOnly() throws Exception {
    try (Parts parts = databaseOnly("test", false)) {
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(HOME.resolve("database.password"))))
          .isEqualTo("rw-------");
      String url = parts.configuration().get("quarkus.datasource.jdbc.url");
      for (String user : List.of("root", "holdfast", "")) {
        assertThatThrownBy(() -> DriverManager.getConnection(url, user, ""))
            .as("user \"%s\" without a password", user)
            .isInstanceOf(SQLException.class);
      }
    }
  }

  @Test
  void aFolderThatCannotBeWrittenIsNamedWithTheRemedy(@TempDir Path folder) throws IOException {
    Path file = Files.createFile(folder.resolve("a-file"));

    assertThatThrownBy(() -> DataFolder.tryOwn(file))
        .isInstanceOf(PartsUnavailable.class)
        .hasMessageContaining(file + " cannot be written")
        .hasMessageContaining("--home");
  }

  @Test
  void externalPartsNeedNoFolder(@TempDir Path folder) {
    try (Parts parts =
        Parts.obtain(
            new Parts.Wanted(folder.resolve("unused"), "serve", true, true, SMALL),
            Map.of(
                "HOLDFAST_DB_URL", "jdbc:mariadb://db/holdfast",
                "HOLDFAST_DB_USER", "u",
                "HOLDFAST_DB_PASSWORD", "p",
                "HOLDFAST_KAFKA", "kafka:9092"),
            line -> {})) {
      assertThat(parts.configuration())
          .containsEntry("kafka.bootstrap.servers", "kafka:9092")
          .containsEntry("quarkus.datasource.username", "u");
      assertThat(parts.memberName()).as("several consumers share an external broker").isEmpty();
      assertThat(folder.resolve("unused")).doesNotExist();
    }
  }

  @Test
  void halfAnExternalDatabaseIsRefused(@TempDir Path folder) {
    assertThatThrownBy(
            () ->
                Parts.obtain(
                    new Parts.Wanted(folder, "serve", true, true, SMALL),
                    Map.of("HOLDFAST_DB_URL", "jdbc:mariadb://db/holdfast"),
                    line -> {}))
        .hasMessageContaining("HOLDFAST_DB_USER and HOLDFAST_DB_PASSWORD");
  }

  private static Parts both() {
    return Parts.obtain(new Parts.Wanted(HOME, "test", true, true, SMALL), Map.of(), line -> {});
  }

  private static Parts databaseOnly(String command, boolean service) {
    return Parts.obtain(
        new Parts.Wanted(HOME, command, service, false, SMALL), Map.of(), line -> {});
  }

  private static Map<String, String> address(EmbeddedMariaDb server) {
    return Map.of(
        "quarkus.datasource.jdbc.url",
        "jdbc:mariadb://127.0.0.1:" + server.port() + "/holdfast",
        "quarkus.datasource.username",
        EmbeddedMariaDb.USER,
        "quarkus.datasource.password",
        server.password());
  }

  private static String broker(Parts parts) {
    return parts.configuration().getOrDefault("kafka.bootstrap.servers", "");
  }

  private static Connection connect(Map<String, String> configuration) throws SQLException {
    return DriverManager.getConnection(
        configuration.get("quarkus.datasource.jdbc.url"),
        configuration.get("quarkus.datasource.username"),
        configuration.get("quarkus.datasource.password"));
  }

  private static void insert(Map<String, String> configuration, String word) throws SQLException {
    try (var connection = connect(configuration);
        var statement = connection.createStatement()) {
      statement.execute("CREATE TABLE IF NOT EXISTS word (word VARCHAR(40) PRIMARY KEY)");
      statement.execute("INSERT INTO word VALUES ('" + word + "')");
    }
  }

  private static List<String> words(Map<String, String> configuration) throws SQLException {
    try (var connection = connect(configuration);
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT word FROM word")) {
      var words = new ArrayList<String>();
      while (rows.next()) {
        words.add(rows.getString(1));
      }
      return words;
    }
  }

  private static void send(String broker, String topic, String word) throws Exception {
    try (var admin = Admin.create(Map.of("bootstrap.servers", broker));
        var producer =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", broker),
                new StringSerializer(),
                new StringSerializer())) {
      admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
      producer.send(new ProducerRecord<>(topic, "key", word)).get();
    }
  }

  private static List<String> received(String broker, String topic) {
    try (var consumer =
        new KafkaConsumer<>(
            Map.<String, Object>of("bootstrap.servers", broker),
            new StringDeserializer(),
            new StringDeserializer())) {
      var partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      var received = new ArrayList<String>();
      long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (received.isEmpty() && System.nanoTime() < deadline) {
        consumer.poll(Duration.ofMillis(500)).forEach(message -> received.add(message.value()));
      }
      return received;
    }
  }
}
