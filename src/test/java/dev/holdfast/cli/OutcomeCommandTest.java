package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.campaign.DeskTables;
import dev.holdfast.campaign.DeskTables.Person;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.platform.BusinessClocks;
import dev.holdfast.testsupport.TestModel;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@QuarkusTest
class OutcomeCommandTest {

  private static final Instant NOW = Instant.parse("2026-03-11T08:00:00Z");

  @Inject DataSource database;
  @Inject BusinessClocks clocks;
  @Inject ModelRegistry models;
  @Inject CommandLine.IFactory beans;

  private final String campaign = "outcome-" + UUID.randomUUID().toString().substring(0, 8);
  private DeskTables tables;
  private long id;

  @BeforeEach
  void aCampaign() {
    TestModel.promote(models);
    clocks.fix(NOW);
    tables = new DeskTables(database);
    id = tables.campaign(campaign, NOW.minus(Duration.ofDays(3)));
  }

  @Test
  void anOutcomeIsRecordedByHand() {
    long task = tables.task(id, tables.person(NOW), 0.8, NOW.minus(Duration.ofDays(1)));

    CommandRun refused = run("outcome", task, "refused", "--reason", "price");
    CommandRun unknown = run("outcome", task, "sold");

    assertThat(refused.out()).contains("refused; task " + task + " is done");
    assertThat(refused.code()).isZero();
    assertThat(unknown.code()).isNotZero();
    assertThat(unknown.err()).contains("disposition must be one of");
  }

  @Test
  void aDialersFileIsTakenOnceAndSaysWhatItCannotTake(@TempDir Path folder)
      throws IOException, SQLException {
    Person person = tables.person(NOW);
    long task = tables.task(id, person, 0.8, NOW.minus(Duration.ofDays(1)));
    Path map =
        Files.writeString(
            folder.resolve("dialer.yaml"),
            "campaign: " + campaign + "\nzone: Asia/Shanghai\ndispositions: {NA: no-answer}\n");
    Path file =
        Files.writeString(
            folder.resolve("calls.csv"),
            "phone,disposition,contactedAt,agent\n"
                + person.phone()
                + ",NA,2026-03-11 15:00:00,anna\n"
                + "+8619922222222,NA,2026-03-11 15:00:00,anna\n"
                + person.phone()
                + ",ZZ,2026-03-11 15:00:00,anna\n"
                + person.phone()
                + ",NA,2026-03-11 15:00:00,"
                + "a".repeat(101)
                + "\n");
    Path elsewhere = Files.writeString(folder.resolve("moon.yaml"), "zone: Moon/Tycho\n");

    CommandRun dry = run("outcome", "import", file, "--map", map, "--dry-run");
    CommandRun first = run("outcome", "import", file, "--map", map);
    CommandRun second = run("outcome", "import", file, "--map", map);

    assertThat(dry.out()).contains("could be");
    assertThat(first.code()).isEqualTo(1);
    assertThat(first.out()).containsPattern("recorded +1\\n").containsPattern("refused +3\\n");
    assertThat(first.err())
        .contains("calls.csv:3: Nobody has the number that ends in …2222")
        .contains("calls.csv:4: disposition must be one of")
        .contains("calls.csv:5: agent size must be");
    assertThat(second.out()).containsPattern("recorded +0\\n").containsPattern("repeated +1\\n");
    assertThat(tables.number("SELECT COUNT(*) FROM outcome WHERE call_task_id = " + task))
        .isEqualTo(1);
    assertThat(
            tables.number(
                "SELECT COUNT(*) FROM contact_attempt WHERE actor = 'anna' AND at = '2026-03-11"
                    + " 07:00:00' AND call_task_id = "
                    + task))
        .isEqualTo(1);
    assertThat(run("outcome", "futile").out()).contains("anna");
    CommandRun onTheMoon = run("outcome", "import", file, "--map", elsewhere);
    assertThat(onTheMoon.code()).isEqualTo(2);
    assertThat(onTheMoon.err()).contains("moon.yaml: zone must be one of the tz database");
  }

  @Test
  void whatACampaignsCallsDoIsLearntAndShown() {
    CommandRun nothing = run("uplift", campaign, "--show");
    CommandRun dry = run("uplift", campaign, "--dry-run");
    CommandRun learnt = run("uplift", campaign);
    CommandRun shown = run("uplift", campaign, "--show");

    assertThat(nothing.code()).isEqualTo(1);
    assertThat(nothing.err()).contains("Nothing was learnt");
    assertThat(dry.out()).contains("stored nothing");
    assertThat(learnt.out()).contains("effectFrom prior: by the prior").contains("version 1");
    assertThat(shown.out()).contains("version 1");
  }

  private CommandRun run(Object... arguments) {
    return CommandRun.of(new CommandLine(HoldfastCommand.class, beans), arguments);
  }
}
