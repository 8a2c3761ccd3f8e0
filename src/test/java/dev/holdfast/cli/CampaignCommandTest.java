package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import dev.holdfast.event.EventStore;
import dev.holdfast.event.Sources;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.testsupport.TestModel;
import dev.holdfast.training.CustomerHistory;
import dev.holdfast.training.StoreHistories;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@QuarkusTest
class CampaignCommandTest {

  private static final long PAST = 987_654_321;

  @Inject DataSource database;
  @Inject EventStore events;
  @Inject Sources sources;
  @Inject ModelRegistry models;
  @Inject ObjectMapper json;
  @Inject CommandLine.IFactory beans;

  private final String campaign = "spring " + UUID.randomUUID().toString().substring(0, 8);

  @BeforeEach
  void aModelServes() {
    TestModel.promote(models);
  }

  @AfterEach
  void noHistoryStays() throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement delete =
            connection.prepareStatement("DELETE FROM event WHERE customer_id = ?")) {
      delete.setLong(1, PAST);
      delete.executeUpdate();
    }
  }

  @Test
  void aCampaignGoesFromTheDraftToTheEnd(@TempDir Path folder) throws IOException {
    Path file = settings(folder, "enterThreshold: 0.95\n");

    CommandRun preview = run("campaign", "preview", file);
    assertThat(preview.code()).as(preview.err()).isZero();
    assertThat(preview.out()).contains("in the segment").contains("expected (prior)");
    assertThat(run("campaign", "draft", file).out()).contains("\"" + campaign + "\" is a draft");
    assertThat(json.readTree(run("campaign", "preview", campaign, "--json").out()).at("/days"))
        .hasSize(7);
    assertThat(run("campaign", "begin", campaign).out()).contains("runs");
    Path other = settings(folder, "enterThreshold: 0.9\n");
    CommandRun silent = run("campaign", "change", campaign, other);
    assertThat(silent.code()).isNotZero();
    assertThat(silent.err()).contains("why must say why");
    assertThat(run("campaign", "preview", other, "--replaces", campaign).out())
        .contains("in the segment");
    assertThat(run("campaign", "preview", campaign, "--replaces", campaign).err())
        .contains("--replaces needs a file");
    assertThat(run("campaign", "change", campaign, other, "--why", "more calls").out())
        .contains("version 2");
    assertThat(run("campaign", "pause", campaign).out()).contains("is paused");
    assertThat(run("campaign", "resume", campaign).out()).contains("runs");
    assertThat(json.readTree(run("campaign", "show", campaign, "--versions").out())).hasSize(2);
    assertThat(run("campaign", "end", campaign, "--reason", "over").out()).contains("has ended");
    assertThat(run("campaign", "clone", campaign, campaign + " 2").out())
        .contains("is a draft")
        .contains("nobody was assigned");
    assertThat(run("campaign", "list").out()).contains(campaign + " (ended)");
    assertThat(run("campaign", "count", "risk > 0.5").out()).contains("customers");
    CommandRun unreadable = run("campaign", "count", "risk >");
    assertThat(unreadable.code()).isNotZero();
    assertThat(unreadable.err()).contains("segment: Expected a number");
  }

  @Test
  void aDraftIsTriedOnThePast(@TempDir Path folder) throws Exception {
    Instant at = Instant.parse("2026-01-10T12:00:00Z");
    int source = sources.idOf("app");
    QuarkusTransaction.requiringNew()
        .call(
            () -> {
              try (Connection connection = database.getConnection()) {
                return events.append(
                    connection,
                    List.of(
                        new EventStore.CustomerEvent(PAST, use(at), source),
                        new EventStore.CustomerEvent(
                            PAST, use(at.plusSeconds(90 * 86_400)), source)));
              }
            });
    run("campaign", "draft", settings(folder, "enterThreshold: 0.95\n"));

    CommandRun replay =
        run(
            "replay",
            campaign,
            "--from",
            "2026-01-12",
            "--to",
            "2026-02-01",
            "--threshold",
            0.5,
            "--customers",
            0,
            "--json");

    assertThat(replay.code()).as(replay.err()).isZero();
    assertThat(json.readTree(replay.out()).at("/rule/catches").asInt()).isPositive();
    StoreHistories ofOne =
        StoreHistories.of(events, OperationalCalendar.plain(), List.of(PAST + 1, PAST));
    List<CustomerHistory> read = new ArrayList<>();
    ofOne.forEach(read::add);
    assertThat(read).singleElement().extracting(CustomerHistory::customerId).isEqualTo(PAST);
    assertThat(ofOne.knownThrough()).contains(at.plusSeconds(90 * 86_400));
    CommandRun wrong = run("replay", campaign, "--from", "2026-02-01", "--to", "yesterday");
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("--to is a day written like 2026-01-31");
    CommandRun text = run("replay", campaign, "--from", "2026-01-12", "--to", "2026-02-01");
    assertThat(text.code()).as(text.err()).isZero();
    assertThat(text.out()).contains("idle ").contains("a catch is no save");
  }

  private Event use(Instant at) {
    return new Event(
        campaign + at,
        "app",
        "test:past",
        "login",
        EventKind.USAGE,
        at,
        at,
        false,
        1,
        null,
        null,
        "app",
        Map.of(),
        true);
  }

  private Path settings(Path folder, String more) throws IOException {
    return Files.writeString(
        folder.resolve("campaign.yaml"), "name: " + campaign + "\nintake: 0\n" + more);
  }

  private CommandRun run(Object... arguments) {
    return CommandRun.of(new CommandLine(HoldfastCommand.class, beans), arguments);
  }
}
