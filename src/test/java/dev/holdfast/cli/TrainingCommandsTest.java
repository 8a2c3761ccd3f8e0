package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventStore;
import dev.holdfast.event.Sources;
import dev.holdfast.event.file.EventImport;
import dev.holdfast.event.file.ImportMap;
import dev.holdfast.event.file.ProgressLine;
import dev.holdfast.event.file.Rejects;
import dev.holdfast.model.Evaluator;
import dev.holdfast.model.ModelFolder;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.model.ModelVersion;
import dev.holdfast.testsupport.TestModel;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The commands of training with a registry, on the real database. */
@QuarkusTest
class TrainingCommandsTest {

  private static final String LINEAR =
      """
      churn: {horizon: P30D}
      logistic: {}
      blend: false
      gate: {bootstrapRounds: 100, minimumTestRows: 20}
      """;
  private static final String BOOSTED =
      """
      churn: {horizon: P30D}
      boosting: {trees: 15, minChildWeight: 5}
      blend: false
      gate: {bootstrapRounds: 100, minimumTestRows: 20}
      """;

  private Path folder;

  @Inject CommandLine.IFactory beans;
  @Inject ModelRegistry models;
  @Inject DataSource database;
  @Inject EventStore store;
  @Inject Sources sources;

  @ConfigProperty(name = "holdfast.training.models")
  Path versions;

  private EventTable table;
  private Path events;
  private Path map;

  @BeforeEach
  void files() throws IOException {
    folder = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "commands-");
    table = new EventTable(folder);
    events = table.events("events.csv", 250, 3, 0.05);
    map = table.map("who");
  }

  @AfterEach
  void nobodyChallenges() {
    models.challengers().forEach(one -> models.retire(one.model().version()));
  }

  private CommandRun run(Object... arguments) {
    return CommandRun.of(new CommandLine(HoldfastCommand.class, beans), arguments);
  }

  private String train(Path experiment, Object... more) throws IOException {
    List<Object> arguments =
        new ArrayList<>(List.of("train", experiment, "--events", events, "--map", map, "--json"));
    arguments.addAll(List.of(more));
    CommandRun run = run(arguments.toArray());
    JsonNode document = new ObjectMapper().readTree(run.out());
    assertThat(run.code()).as(run.err()).isEqualTo(document.at("/gate/passed").asBoolean() ? 0 : 1);
    return document.path("version").asText();
  }

  @Test
  void aVersionIsTrainedComparedReproducedAndADamagedOneIsRefused() throws Exception {
    String early = train(table.experiment("early", LINEAR), "--cutoff", "2025-09-01T00:00Z");
    String late = train(table.experiment("late", LINEAR));

    CommandRun compared =
        run("compare", early, versions.resolve(late), "--events", events, "--map", map, "--json");
    assertThat(compared.code()).as(compared.err()).isZero();
    JsonNode document = new ObjectMapper().readTree(compared.out());
    assertThat(document.at("/first/name").asText()).isEqualTo(early);
    assertThat(document.at("/difference/logLoss/low").isNumber()).isTrue();
    assertThat(document.path("words").asText()).contains("95 % interval");

    CommandRun reproduced = run("reproduce", late, "--events", events, "--map", map);
    assertThat(reproduced.code()).as(reproduced.out() + reproduced.err()).isZero();
    assertThat(reproduced.out()).contains("weights.json", "equal", "is reproduced to the byte");

    Path other = table.events("other.csv", 240, 4, 0.05);
    CommandRun changed = run("reproduce", late, "--events", other, "--map", map);
    assertThat(changed.code()).isEqualTo(1);
    assertThat(changed.out())
        .as(changed.err())
        .contains("the history has changed", "is NOT reproduced");

    Path damaged = copy(versions.resolve(late), "damaged");
    Files.writeString(damaged.resolve("calibration.json"), "{\"kind\":\"none\" }");
    Path unsigned = copy(versions.resolve(late), "unsigned");
    Files.delete(unsigned.resolve("manifest.json"));
    for (Path bad : List.of(damaged, unsigned)) {
      for (CommandRun refused :
          List.of(
              run("compare", early, bad, "--events", events, "--map", map),
              run("reproduce", bad, "--events", events, "--map", map))) {
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err())
            .containsAnyOf("is missing or not the one signed", "a model needs a manifest.json");
      }
      // Only what is registered can be promoted, and a path is not.
      assertThat(run("promote", bad, "--reason", "why not").code()).isEqualTo(1);
    }
    CommandRun unknown = run("compare", early, "nobody-1", "--events", events, "--map", map);
    assertThat(unknown.code()).isEqualTo(1);
    assertThat(unknown.err()).contains("There is no model nobody-1");
  }

  private Path copy(Path version, String name) throws IOException {
    Path copy = Files.createDirectories(folder.resolve(name));
    try (var files = Files.list(version)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return copy;
  }

  @Test
  void whatCannotBeLearntFromIsRefusedInWordsAndNothingIsRegistered() throws Exception {
    List<String> before = models.list().stream().map(ModelVersion::version).toList();
    List<Path> foldersBefore = folders();
    Path good = table.experiment("good", LINEAR);

    refused(2, "bad.yaml, line 2", table.write("bad.yaml", "name: x\nchurn: {horizon: P30D\n"));
    refused(2, "logistik", table.experiment("unknown", LINEAR + "logistik: {}\n"));
    refused(
        2,
        "horizon must be",
        table.experiment("malformed", "churn: {horizon: soon}\nboosting: {}\n"));
    refused(2, "cannot be read", folder.resolve("absent.yaml"));
    refused(1, "there are no events", good, table.write("empty.csv", "who,at\n"), table.map("who"));
    refused(2, "customer_no", good, events, table.map("customer_no"));
    refused(2, "absent.csv", good, folder.resolve("absent.csv"), map);
    refused(1, "days earlier", table.experiment("far", "churn: {horizon: P365D}\nlogistic: {}\n"));
    // Everybody is back every day: nobody churns.
    refused(1, "none of the", good, everyDay(), map);

    assertThat(models.list().stream().map(ModelVersion::version).toList()).isEqualTo(before);
    assertThat(folders()).isEqualTo(foldersBefore);
  }

  /** Forty customers, each day of 2025 to the end of the table. */
  private Path everyDay() {
    StringBuilder rows = new StringBuilder("who,at\n");
    for (int c = 0; c < 40; c++) {
      for (int day = 0; day < 200; day++) {
        rows.append('d').append(c).append(',');
        rows.append(EventTable.START.plusSeconds(86_400L * day + c)).append('\n');
      }
    }
    return table.write("every-day.csv", rows.toString());
  }

  @Test
  void featuresThatDoNotVaryAreNamedAndDoNoHarm() {
    CommandRun run =
        run("train", table.experiment("plain", LINEAR), "--events", events, "--map", map);

    // A table of log-ins knows no purchases, complaints, contracts and ratings.
    assertThat(run.err()).containsPattern("3\\d of \\d+ features do not vary.*no_purchase");
    assertThat(run.out()).contains("model plain-");
  }

  private List<Path> folders() throws IOException {
    if (!Files.exists(versions)) {
      return List.of();
    }
    try (var list = Files.list(versions)) {
      return list.sorted().toList();
    }
  }

  private void refused(int code, String message, Path experiment) {
    refused(code, message, experiment, events, map);
  }

  private void refused(int code, String message, Path experiment, Path file, Path columns) {
    CommandRun run = run("train", experiment, "--events", file, "--map", columns);
    assertThat(run.err()).contains(message).doesNotContain("\tat ");
    assertThat(run.code()).as(run.err()).isEqualTo(code);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void aBoosterFromElsewhereIsRegisteredAndWaitsForAReason() throws Exception {
    String ours = train(table.experiment("boosted", BOOSTED));
    Path file =
        Files.copy(versions.resolve(ours).resolve("booster.json"), folder.resolve("b.json"));
    Path golden = golden(ours, 0);

    CommandRun imported =
        run(
            "import-model",
            file,
            "--name",
            "theirs",
            "--priors-from",
            ours,
            "--golden",
            golden,
            "--calibration",
            "platt:1:0",
            "--json");

    assertThat(imported.code()).as(imported.err()).isZero();
    String version = new ObjectMapper().readTree(imported.out()).path("version").asText();
    assertThat(version).startsWith("theirs-imported-");
    CommandRun again =
        run(
            "import-model",
            file,
            "--name",
            "theirs",
            "--priors-from",
            ours,
            "--golden",
            golden,
            "--calibration",
            "platt:1:0");
    assertThat(again.code()).isEqualTo(1);
    assertThat(again.err()).contains("imported before, as " + version);
    assertThat(run("promote", version).code()).isEqualTo(1);
    CommandRun compared = run("compare", ours, version, "--events", events, "--map", map);
    assertThat(compared.code()).as(compared.err()).isZero();
    assertThat(run("promote", version, "--reason", "compared, as good").code()).isZero();
    CommandRun reproduced = run("reproduce", version, "--events", events, "--map", map);
    assertThat(reproduced.code()).isEqualTo(1);
    assertThat(reproduced.err()).contains("not trained here but imported");
    TestModel.promote(models);

    CommandRun mismatch =
        run(
            "import-model",
            file,
            "--name",
            "wrong",
            "--priors-from",
            ours,
            "--golden",
            golden(ours, 1e-3));
    assertThat(mismatch.code()).isEqualTo(1);
    assertThat(mismatch.err()).contains("golden.csv, line 2");
    assertThat(models.list()).noneMatch(one -> one.version().startsWith("wrong"));
  }

  private Path golden(String version, double shift) {
    FeatureSchema schema = FeatureSchema.current();
    Evaluator evaluator = Evaluator.of(ModelFolder.read(versions.resolve(version)), schema);
    Random random = new Random(1);
    StringBuilder csv = new StringBuilder();
    schema.features().forEach(feature -> csv.append(feature.name()).append(','));
    csv.append("margin\n");
    for (int i = 0; i < 20; i++) {
      float[] row = new float[schema.size()];
      for (int j = 0; j < row.length; j++) {
        row[j] = 10 * random.nextFloat();
        csv.append(row[j]).append(',');
      }
      csv.append(evaluator.margin(row) + shift).append('\n');
    }
    return table.write("golden.csv", csv.toString());
  }

  @Test
  void retrainingWaitsForARequestThenForAPerson() throws Exception {
    TestModel.promote(models);
    execute("DELETE FROM retraining_request");
    execute("DELETE FROM event");
    intoTheStore();
    Path experiment =
        table.experiment("weekly", LINEAR + "snapshots: {cutoff: 2025-09-01T00:00:00Z}\n");

    CommandRun idle = run("retrain", experiment, "--if-requested");
    assertThat(idle.code()).as(idle.err()).isZero();
    assertThat(idle.out()).contains("nobody has asked");
    assertThat(models.list()).noneMatch(one -> one.version().startsWith("weekly"));

    execute(
        "INSERT INTO retraining_request (model_id, requested_at, requested_by, reason, open_marker)"
            + " SELECT id, '2026-01-05', 'monitoring', 'observed over expected 1.4', 1 FROM model"
            + " WHERE champion = 1");
    CommandRun retrained = run("retrain", experiment, "--if-requested");
    assertThat(retrained.out()).contains("asked for: observed over expected 1.4");
    ModelVersion version =
        models.list().stream()
            .filter(one -> one.version().startsWith("weekly"))
            .findFirst()
            .orElseThrow();
    // Not the cut-off of the file: the newest one that the history allows.
    assertThat(version.version()).doesNotContain("20250901").contains("-202512");
    assertThat(version.champion()).isFalse();
    boolean passed = version.verdict().equals("passed");
    assertThat(retrained.code()).as(retrained.err()).isEqualTo(passed ? 0 : 1);
    assertThat(version.challenger()).isEqualTo(passed);
    assertThat(retrained.out())
        .contains(passed ? "scored in shadow and waits for a person" : "refused by its gate");
    assertThat(count("SELECT COUNT(*) FROM retraining_request WHERE open_marker = 1")).isZero();

    CommandRun reproduced = run("reproduce", version.version());
    assertThat(reproduced.code()).as(reproduced.out() + reproduced.err()).isZero();
  }

  private void intoTheStore() throws SQLException {
    List<Event> read = new ArrayList<>();
    try (Rejects rejects = Rejects.into(null)) {
      EventImport.run(
          events,
          ImportMap.read(map.toString()),
          Instant.parse("2027-01-01T00:00:00Z"),
          read::add,
          rejects,
          new ProgressLine(line -> {}));
    }
    var ids = new TreeMap<String, Long>();
    List<EventStore.CustomerEvent> batch = new ArrayList<>();
    int source = sources.idOf("table");
    for (Event event : read) {
      long id = ids.computeIfAbsent(event.customer(), name -> 5_000_000L + ids.size());
      batch.add(new EventStore.CustomerEvent(id, event, source));
    }
    try (Connection connection = database.getConnection()) {
      for (int from = 0; from < batch.size(); from += 1_000) {
        store.append(connection, batch.subList(from, Math.min(batch.size(), from + 1_000)));
      }
    }
  }

  private long count(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(sql);
        ResultSet row = select.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.executeUpdate();
    }
  }
}
